(** Runs of bits in bytes, the lowest bit of a byte first: how fields lie (ACPI 6.5, section
    19.6.48). *)

val get : Bytes.t -> offset:int -> length:int -> int64
(** At most 64 bits; what lies beyond the bytes is zero. *)

val set : Bytes.t -> offset:int -> length:int -> int64 -> unit
(** At most 64 bits, all within the bytes. *)

val mask : int -> int64
(** That many ones, up to 64. *)

(** A run of bits is accessed in aligned units. *)
type part = {
  unit : int;  (** number of the unit *)
  low : int;  (** first bit in the unit *)
  length : int;  (** bits *)
  at : int;  (** which bit of the run they begin at *)
}

val parts : offset:int -> length:int -> unit_bits:int -> part Seq.t
(** In ascending order. *)
