(** What an evaluation gives and takes: data, without the objects that it came from. *)

type t =
  | Uninitialized  (** no value: a method that returns nothing, a package's empty element *)
  | Integer of int64  (** unsigned; within 32 bits when the DSDT is of revision 1 *)
  | String of string
  | Buffer of string
  | Package of t list
  | Reference of Path.t  (** an object that is no data, as a device *)
  | Unresolved of string  (** a name that nothing has *)

val to_int : t -> int option
(** An integer of at most 62 bits. *)

val pp : Format.formatter -> t -> unit
(** As [0x1f], ["text"], [{01 ff}], [[a, b]], [\_SB.PCI0], [-]. *)
