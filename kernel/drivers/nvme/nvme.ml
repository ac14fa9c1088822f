open Hal

(* ---- a queue, and its fiber ---- *)

type queue = {
  pair : Nvme_queue.t;
  core : int;
  bell : Sched.Bell.t;
  line : Line.t;
}

(* What the device has done becomes answers; how many commands. *)
let collect queue slots =
  let rec next n =
    match Nvme_queue.take queue.pair with
    | -1 -> n
    | id ->
        Nvme_slots.empty slots id;
        next (n + 1)
  in
  let n = next 0 in
  if n > 0 then Nvme_queue.taken queue.pair;
  Line.serve_done queue.line;
  n

(* Pieces of one namespace become commands, as far as there are slots; how many. *)
let rec submit slots (namespaces : Nvme_slots.namespace array) i n =
  if Nvme_slots.is_full slots || not (Block_work.peek namespaces.(i).work) then n
  else begin
    Nvme_slots.fill slots i;
    submit slots namespaces i (n + 1)
  end

let sum namespaces f =
  let total = ref 0 in
  for i = 0 to Array.length namespaces - 1 do
    total := !total + f i
  done;
  !total

let may_sleep slots namespaces =
  Nvme_slots.is_full slots
  || Array.for_all (fun (ns : Nvme_slots.namespace) -> Block_work.may_sleep ns.work) namespaces

let serve device queue (namespaces : Nvme_slots.namespace array) () =
  let slots = Nvme_slots.create device queue.pair namespaces in
  let nr = Array.length namespaces in
  let answer i = Block_work.answer namespaces.(i).work in
  let rec turn first =
    let collected = collect queue slots in
    let answered = sum namespaces answer in
    let submitted = sum namespaces (fun i -> submit slots namespaces ((first + i) mod nr) 0) in
    Nvme_queue.ring queue.pair;
    if collected + answered + submitted > 0 then Picos.Fiber.yield ()
    else if may_sleep slots namespaces then Sched.Bell.wait queue.bell;
    turn ((first + 1) mod nr)
  in
  turn 0

(* ---- queues ---- *)

let grant admin wanted =
  let granted =
    Nvme_admin.run admin "the number of queues" (Nvme_command.set_number_of_queues wanted)
  in
  min wanted (1 + min (granted land 0xffff) (granted lsr 16))

let nr_queues device admin =
  let messages = max 1 (Device.messages device - 1) in
  grant admin (min (Array.length (Device.cores device)) messages)

(* Message 0 is the admin queue's, where there are more. *)
let message_of device i =
  match Device.messages device with 0 -> None | 1 -> Some 0 | _ -> Some (i + 1)

(* In order, as section 7.6.2 asks, if there is still a device that can. Its line stays up otherwise
   where it counts what was not taken from a queue. *)
let close_queue admin id =
  let delete command =
    ignore (Nvme_admin.try_ ~within_ns:200_000_000 admin (command ~queue:id) : (int, int) result)
  in
  if not (Nvme_admin.is_stuck admin) then
    try
      delete Nvme_command.delete_submissions;
      delete Nvme_command.delete_completions
    with Device.Failed _ -> ()

let open_queue device registers admin i =
  let id = i + 1 and core = (Device.cores device).(i) and message = message_of device i in
  let entries = Nvme_slots.entries registers in
  let bell = Sched.Bell.create "requests, or the disk" in
  let line = Device.interrupt device ?message ~core bell in
  let pair = Nvme_queue.create device registers ~id ~entries in
  let run what command = ignore (Nvme_admin.run admin what command : int) in
  let message = Option.value message ~default:0 in
  run "a queue of completions"
    (Nvme_command.create_completions ~queue:id ~entries ~memory:(Nvme_queue.completions pair)
       ~message);
  run "a queue of commands"
    (Nvme_command.create_submissions ~queue:id ~entries ~memory:(Nvme_queue.submissions pair));
  Device.at_end device (fun () -> close_queue admin id);
  { pair; core; bell; line }

(* ---- namespaces ---- *)

type disk = { number : int; namespace : Nvme_identify.namespace }

let disks_max = 64

let check_numbers device (controller : Nvme_identify.controller) numbers =
  if numbers <> List.sort_uniq compare numbers then
    Device.fail device "its list of namespaces does not rise";
  let beyond n = n > controller.namespaces in
  Option.iter
    (fun n -> Device.fail device "it lists namespace %d of %d" n controller.namespaces)
    (List.find_opt beyond numbers)

let list_all device admin controller =
  let memory = Dma.address (Nvme_admin.answer admin) in
  match Nvme_admin.try_ admin (Nvme_command.list_namespaces ~memory ~after:0) with
  | Error _ -> None
  | Ok _ ->
      let numbers = Nvme_identify.numbers (Nvme_admin.answer admin) in
      check_numbers device controller numbers;
      Some numbers

let numbers device admin registers (controller : Nvme_identify.controller) =
  let listed =
    if Nvme_registers.version registers >= 0x10100 then list_all device admin controller else None
  in
  let all = List.init (min disks_max controller.namespaces) succ in
  List.filteri (fun i _ -> i < disks_max) (Option.value listed ~default:all)

let complain device what why =
  Printf.eprintf "%s: %s: %s\n%!" (Device.name device) what why;
  None

let piece_sectors (controller : Nvme_identify.controller) =
  let bytes = Option.value controller.transfer_max ~default:Nvme_slots.transfer_max in
  min bytes Nvme_slots.transfer_max / Block.sector_bytes

let look_at device admin controller number =
  let memory = Dma.address (Nvme_admin.answer admin) in
  let what = Printf.sprintf "namespace %d" number in
  ignore (Nvme_admin.run admin what (Nvme_command.identify_namespace ~memory ~namespace:number));
  match Nvme_identify.namespace (Nvme_admin.answer admin) with
  | Ok namespace when namespace.block_sectors <= piece_sectors controller ->
      Some { number; namespace }
  | Ok _ -> complain device what "a command carries less than a block"
  | Error why -> complain device what why

(* A command counts blocks with 16 bits for zeroes, and with 32 for ranges that are not needed. *)
let info (controller : Nvme_identify.controller) { namespace; _ } : Block.info =
  let limit has blocks =
    let sectors = min (blocks * namespace.block_sectors) Block.sectors_max in
    if has then sectors land lnot (namespace.block_sectors - 1) else 0
  in
  {
    sectors = namespace.blocks * namespace.block_sectors;
    block_sectors = namespace.block_sectors;
    read_only = namespace.read_only;
    has_cache = controller.has_cache;
    discard_max = limit controller.has_deallocate 0xffff_ffff;
    zeroes_max = limit controller.has_write_zeroes 0x10000;
    identity = controller.serial;
  }

let rec log2 n = if n <= 1 then 0 else 1 + log2 (n / 2)

let of_disk controller disk port : Nvme_slots.namespace =
  {
    number = disk.number;
    block_shift = log2 disk.namespace.block_sectors;
    work = Block_work.create port ~most:(piece_sectors controller);
  }

(* ---- bringing it up ---- *)

let identify admin registers =
  let memory = Dma.address (Nvme_admin.answer admin) in
  ignore (Nvme_admin.run admin "its identity" (Nvme_command.identify_controller ~memory) : int);
  Nvme_identify.controller (Nvme_admin.answer admin)
    ~unit_bytes:(Nvme_registers.transfer_unit registers)

let offer device controller queues disks =
  let queues = List.map (fun queue -> (queue.core, queue.bell)) queues in
  let offered disk : Block.offered =
    let unit_name = Printf.sprintf "namespace %d" disk.number in
    { unit_name; info = info controller disk; queues }
  in
  Block.offer_all device (List.map offered disks)

(* By disk and queue: to run, each queue needs its part of all disks. *)
let run device controller queues disks ports =
  let start i queue =
    let of_queue disk ports = of_disk controller disk (List.nth ports i) in
    let namespaces = Array.of_list (List.map2 of_queue disks ports) in
    Device.spawn device ~core:queue.core (string_of_int i) (serve device queue namespaces)
  in
  if disks <> [] then List.iteri start queues

let start device =
  let registers = Nvme_registers.open_ device in
  Nvme_registers.disable registers;
  Device.at_end device (fun () -> Nvme_registers.shut_down registers);
  let admin = Nvme_admin.create device registers in
  let controller = identify admin registers in
  let numbers = numbers device admin registers controller in
  let disks = List.filter_map (look_at device admin controller) numbers in
  let queues = List.init (nr_queues device admin) (open_queue device registers admin) in
  Nvme_registers.unmask registers;
  run device controller queues disks (offer device controller queues disks)

let driver : Driver.t =
  { name = "nvme"; matches = Driver.pci_class 0x010802 ~mask:0xffffff; start }
