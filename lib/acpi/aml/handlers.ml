type pci = { segment : int; bus : int; device : int; function_ : int }

type place =
  | Memory of int
  | Port of int
  | Config of pci * int
  | Elsewhere of Acpi.Address_space.t * int

type t = {
  read : place -> size:int -> (int64, string) result;
  write : place -> size:int -> int64 -> (unit, string) result;
  stall : int -> unit;
  sleep : int -> unit;
  timer : unit -> int64;
  notify : Path.t -> int -> unit;
  debug : Value.t -> unit;
}

let none =
  let refuse = Error "there is nothing that answers" in
  {
    read = (fun _ ~size:_ -> refuse);
    write = (fun _ ~size:_ _ -> refuse);
    stall = ignore;
    sleep = ignore;
    timer = (fun () -> 0L);
    notify = (fun _ _ -> ());
    debug = ignore;
  }
