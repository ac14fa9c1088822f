type device = {
  name : string;
  id : string;  (** as ACPI calls it *)
  ports : (int * int) list;
  interrupt : int;
  probe : int * int option;  (** the port to read, and what is written to the first one before *)
}

(* Sources: IBM PC/AT Technical Reference, "I/O Address Map"; MC146818A, register D: its low seven
   bits are always 0. *)
let known =
  [
    {
      name = "isa clock";
      id = "PNP0B00";
      ports = [ (0x70, 2) ];
      interrupt = 8;
      probe = (0x71, Some 0x0d);
    };
    {
      name = "isa keyboard";
      id = "PNP0303";
      ports = [ (0x60, 1); (0x64, 1) ];
      interrupt = 1;
      probe = (0x64, None);
    };
  ]

(* Where nothing is, all bits are set. *)
let nothing = 0xff

let port base = Hal.Physical.ports ~base ~length:1

let answers device =
  let at, selected = device.probe in
  match (port (fst (List.hd device.ports)), port at) with
  | Some first, Some at ->
      Option.iter (fun byte -> Hal.Registers.write8 first 0 byte) selected;
      Hal.Registers.read8 at 0 <> nothing
  | _ -> false

let hardware device =
  Simple_device.make ~name:device.name ~identity:(Acpi [ device.id ])
    { memory = []; ports = device.ports; interrupts = [ (device.interrupt, Edge) ] }

let find () = List.map hardware (List.filter answers known)
