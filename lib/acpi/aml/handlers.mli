(** What AML asks of the machine that it runs on. None of these may evaluate AML. *)

type pci = { segment : int; bus : int; device : int; function_ : int }

type place =
  | Memory of int  (** a physical address *)
  | Port of int
  | Config of pci * int  (** a function of PCI, and the register's offset *)
  | Elsewhere of Acpi.Address_space.t * int  (** any other space *)

type t = {
  read : place -> size:int -> (int64, string) result;
      (** [size] bytes: 1, 2, 4 or 8, as the firmware declares the access. An error ends the
          evaluation. *)
  write : place -> size:int -> int64 -> (unit, string) result;
  stall : int -> unit;  (** for microseconds, at most 1,000 of them *)
  sleep : int -> unit;  (** for milliseconds *)
  timer : unit -> int64;  (** in units of 100 ns, never backwards *)
  notify : Path.t -> int -> unit;  (** a device has something to say: ACPI 6.5, section 5.6.6 *)
  debug : Value.t -> unit;  (** what the firmware stores to Debug *)
}

val none : t
(** Refuses every access, waits for nothing, says nothing. *)
