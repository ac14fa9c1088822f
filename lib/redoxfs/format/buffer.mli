(** {!Octets} with the numbers of RedoxFS: what devices read and write, and hashes are made of. They
    stay where they are, so a kernel can make them of memory that its devices reach.

    Numbers are little-endian and need no alignment. Everything is checked against the bounds, and
    raises [Invalid_argument] beyond them: who reads foreign bytes checks first. *)

type t = Octets.t

val create : int -> t
(** So many zero bytes. *)

val length : t -> int
val get8 : t -> int -> int
val get16 : t -> int -> int
val get32 : t -> int -> int
val get64 : t -> int -> int64
val set8 : t -> int -> int -> unit
val set16 : t -> int -> int -> unit
val set32 : t -> int -> int -> unit
val set64 : t -> int -> int64 -> unit

(** {1 Runs: offset, then length} *)

val sub : t -> int -> int -> t
(** The same bytes. *)

val copy : t -> t
val fill : t -> int -> int -> char -> unit

val blit : t -> int -> t -> int -> int -> unit
(** [blit from offset into offset length], as [Bytes.blit]. *)

val is_zero : t -> int -> int -> bool
val to_string : t -> int -> int -> string
val of_string : string -> t
val set_string : t -> int -> string -> unit

val equal_string : t -> int -> string -> bool
(** Whether the string stands at the offset. False when it would end outside. *)
