type identity =
  | Pci of {
      vendor : int;
      device : int;
      revision : int;
      class_code : int;
      subsystem_vendor : int;
      subsystem : int;
    }
  | Compatible of string list
  | Acpi of string list
  | Virtio of int
  | Named of string

let pp_identity ppf = function
  | Pci p -> Format.fprintf ppf "%04x:%04x class %06x" p.vendor p.device p.class_code
  | Compatible names | Acpi names -> Format.pp_print_string ppf (String.concat ", " names)
  | Virtio kind -> Format.fprintf ppf "virtio type %d" kind
  | Named name -> Format.pp_print_string ppf name

type window = Registers of Hal.Registers.t | Memory of Hal.Dma.t

type t = {
  name : string;
  identity : identity;
  windows : (unit -> (window, string) result) array;
  config : Hal.Registers.t option;
  messages : int;
  claim :
    message:int option -> core:int -> bell:Sched.Bell.t -> name:string -> (Line.t, string) result;
  dma_limit : int;
  enable : unit -> unit;
  disable : unit -> unit;
  is_gated : bool;
}
