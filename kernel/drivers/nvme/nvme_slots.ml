open Hal

type namespace = { number : int; block_shift : int; work : Block_work.t }

type t = {
  device : Device.t;
  queue : Nvme_queue.t;
  namespaces : namespace array;
  lists : Dma.t;
  owners : int array;  (** by slot: whose command is in it, a place in [namespaces]; or -1 *)
  tags : int array;
  unused : int array;  (** a stack of slots *)
  mutable nr_unused : int;
  memory : Nvme_command.memory;  (** of the command that is being made *)
}

let page = Nvme_registers.page_bytes
let transfer_max = 512 * 1024

(* Of the first page, which may begin anywhere, the command says itself where it is. *)
let list_bytes = 8 * (transfer_max / page)
let slots_max = Requests.depth
let entries registers = min (slots_max + 1) (Nvme_registers.entries_max registers)

let nobody = -1

let create device queue namespaces =
  let slots = Nvme_queue.entries queue - 1 in
  {
    device;
    queue;
    namespaces;
    lists = Device.memory device (slots * list_bytes);
    owners = Array.make slots nobody;
    tags = Array.make slots 0;
    unused = Array.init slots (fun i -> slots - 1 - i);
    nr_unused = slots;
    memory = { first = 0; second = 0 };
  }

let is_full t = t.nr_unused = 0

let take t =
  t.nr_unused <- t.nr_unused - 1;
  t.unused.(t.nr_unused)

let put t slot =
  t.unused.(t.nr_unused) <- slot;
  t.nr_unused <- t.nr_unused + 1

(* ---- memory: section 4.3 ---- *)

let rec list_pages t ~at ~page_at ~left =
  if left > 0 then begin
    Dma.set64 t.lists at page_at;
    list_pages t ~at:(at + 8) ~page_at:(page_at + page) ~left:(left - page)
  end

let describe t slot ~address ~bytes =
  let first = page - (address land (page - 1)) in
  t.memory.first <- address;
  t.memory.second <-
    (if bytes <= first then 0
     else if bytes <= first + page then address + first
     else begin
       let list = slot * list_bytes in
       list_pages t ~at:list ~page_at:(address + first) ~left:(bytes - first);
       Dma.address t.lists + list
     end)

(* ---- commands ---- *)

let transfer t slot ns ~at ~write =
  let sectors = Block_work.sectors ns.work in
  describe t slot ~address:(Block_work.address ns.work) ~bytes:(sectors * Block.sector_bytes);
  Nvme_command.transfer (Nvme_queue.commands t.queue) ~at ~id:slot ~write ~namespace:ns.number
    ~memory:t.memory
    ~block:(Block_work.sector ns.work lsr ns.block_shift)
    ~blocks:(sectors lsr ns.block_shift)

let range t slot ns ~at operation =
  let commands = Nvme_queue.commands t.queue and list = slot * list_bytes in
  let block = Block_work.sector ns.work lsr ns.block_shift
  and blocks = Block_work.sectors ns.work lsr ns.block_shift in
  if operation = Block.Write_zeroes then
    Nvme_command.write_zeroes ~namespace:ns.number ~block ~blocks commands ~at ~id:slot
  else begin
    Nvme_command.set_range t.lists ~at:list ~block ~blocks;
    let range = Dma.address t.lists + list in
    Nvme_command.deallocate ~namespace:ns.number ~range commands ~at ~id:slot
  end

let fill t owner =
  let ns = t.namespaces.(owner) in
  let slot = take t and at = Nvme_queue.put t.queue in
  t.owners.(slot) <- owner;
  t.tags.(slot) <- Block_work.tag ns.work;
  (match Block_work.operation ns.work with
  | Read -> transfer t slot ns ~at ~write:false
  | Write -> transfer t slot ns ~at ~write:true
  | Flush -> Nvme_command.flush ~namespace:ns.number (Nvme_queue.commands t.queue) ~at ~id:slot
  | (Discard | Write_zeroes) as operation -> range t slot ns ~at operation);
  Block_work.begun ns.work

let empty t slot =
  if slot >= Array.length t.owners || t.owners.(slot) = nobody then
    Device.fail t.device "queue %d: it completes command %d, which it does not have"
      (Nvme_queue.id t.queue) slot;
  let ns = t.namespaces.(t.owners.(slot)) in
  t.owners.(slot) <- nobody;
  put t slot;
  let status = Nvme_command.status_of (Nvme_queue.status t.queue) in
  Block_work.finished ns.work ~tag:t.tags.(slot) status
