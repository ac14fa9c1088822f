(** The Generic Address Structure: where a register is (ACPI 6.5, section 5.2.3.2). *)

type t = {
  space : Address_space.t;
  bit_width : int;
  bit_offset : int;
  access_size : int;  (** 0: not said; 1 to 4: 1, 2, 4 or 8 bytes *)
  address : int;
}

val size : int
(** 12 bytes. *)

val read : Part.t -> field:string -> int -> (t option, Error.t) result
(** The structure at this offset, which must be within the part; [None] for address 0, which stands
    for a register that is not there. *)

val read_if_present : Part.t -> field:string -> int -> (t option, Error.t) result
(** The same, and [None] where the part ends before the structure does. *)

val pp : Format.formatter -> t -> unit
val pp_option : Format.formatter -> t option -> unit
