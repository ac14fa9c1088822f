type space = Io | Memory32 | Memory64
type window = { space : space; bus : int; physical : int; size : int }

type t = {
  name : string;
  segment : int;
  first_bus : int;
  last_bus : int;
  config : Pci_config.t;
  windows : window list;
  io_is_ports : bool;
  route :
    bus:int -> device:int -> function_:int -> pin:int -> (int * Hal.Interrupt.trigger) option;
}

let is_io space = space = Io

let physical_of_bus t space address =
  let holds w =
    is_io w.space = is_io space && address >= w.bus && address - w.bus < w.size
  in
  match List.find_opt holds t.windows with
  | Some w -> Some (w.physical + (address - w.bus))
  | None when is_io space && not t.io_is_ports -> None
  | None -> Some address
