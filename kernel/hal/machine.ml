type facts = {
  version : string;
  architecture : string;
  model : string;
  cpu : string;
  loader : string;
  base_revision : int;
  tables : string;
  console : string;
  interrupts : string;
  between_cores : string;
  paging_levels : int;
  clock_hz : int;
  timer : string;
  hypervisor_stub : bool;
  framebuffer : (int * int * int) option;
}

type framebuffer = {
  address : int;
  width : int;
  height : int;
  pitch : int;
  bits : int;
  red_shift : int;
  green_shift : int;
  blue_shift : int;
}

type memory = { total : int; free : int; lowest : int; committed : int; reserve : int }

type kind = { name : string; in_use : int; frames : int }

type core = {
  index : int;
  hardware_id : int;
  interrupts : int;
  ipis : int;
  timer : int;
  switches : int;
  idle_ns : int;
}

type contents = (char, Bigarray.int8_unsigned_elt, Bigarray.c_layout) Bigarray.Array1.t
type boot_module = { path : string; contents : contents }

(* SAFETY of all: the stubs take immediate values or strings and build fresh OCaml values; the
   numbers' meaning by index is in runtime/hal/machine.c. *)
external text : int -> string = "hal_machine_text"
external number : int -> int = "hal_machine_number" [@@noalloc]
external uptime_ns : unit -> int = "hal_machine_uptime_ns" [@@noalloc]
external wall_ns : unit -> int = "hal_machine_wall_ns" [@@noalloc]
external command_line : unit -> string = "hal_machine_command_line"
external option : string -> string option = "hal_machine_option"
external core_number : int -> int -> int = "hal_machine_core_number" [@@noalloc]
external set_wall : int -> unit = "hal_machine_set_wall" [@@noalloc]
external kind : int -> kind option = "hal_machine_kind"
external module_path : int -> string = "hal_machine_module_path"

(* SAFETY: module memory is mapped for ever and never given to the frame allocator. *)
external module_contents : int -> contents = "hal_machine_module_contents"

(* SAFETY: the nucleus's own copy of the tree, which it keeps for ever. *)
external device_tree : unit -> contents option = "hal_machine_device_tree"

let facts () =
  let width = number 8 in
  {
    version = text 0;
    architecture = text 1;
    model = text 2;
    cpu = text 3;
    loader = text 4;
    tables = text 5;
    console = text 6;
    interrupts = text 7;
    between_cores = text 9;
    timer = text 8;
    base_revision = number 5;
    paging_levels = number 6;
    clock_hz = number 7;
    hypervisor_stub = number 11 <> 0;
    framebuffer = (if width = 0 then None else Some (width, number 9, number 10));
  }

let framebuffer () =
  if number 8 = 0 then None
  else
    Some
      {
        address = number 18;
        width = number 8;
        height = number 9;
        pitch = number 19;
        bits = number 10;
        red_shift = number 20;
        green_shift = number 21;
        blue_shift = number 22;
      }


let set_wall_ns ns =
  if ns < 0 then invalid_arg "Hal.Machine.set_wall_ns";
  set_wall ns


let memory () =
  { total = number 0; free = number 1; lowest = number 2; committed = number 3; reserve = number 4 }

let rec kinds_from index =
  match kind index with None -> [] | Some kind -> kind :: kinds_from (index + 1)

let kinds () = kinds_from 0

let core index =
  {
    index;
    hardware_id = core_number index 0;
    interrupts = core_number index 1;
    ipis = core_number index 2;
    timer = core_number index 3;
    switches = core_number index 4;
    idle_ns = core_number index 5;
  }

let cores () = Array.init (number 12) core
let this_core () = number 15
let acpi_root () = match number 17 with 0 -> None | address -> Some address

let boot_modules () =
  List.init (number 16) (fun i -> { path = module_path i; contents = module_contents i })
