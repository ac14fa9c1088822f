(** A leaf of a directory: names and the nodes that they are of, in no order.

    Entries from 0 (id 4 bytes, length 1, name), their number at 4092 (2 bytes), the bytes that they
    take at 4094. *)

val bytes_max : int
(** 4092: what all entries together can take. *)

val entry_bytes : string -> int
(** What an entry of this name takes. *)

val entries : Block.t -> ((string * int) list, Error.t) result
(** Names and ids. Lengths are checked, characters and ids are not. *)

val find : Block.t -> string -> (int option, Error.t) result

val print : (string * int) list -> Buffer.t
(** @raise Invalid_argument when they take too much. *)
