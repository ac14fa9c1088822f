(** A run of cells: the 32-bit big-endian numbers that most properties consist of, and where in the
    blob they stand.

    Source: Devicetree Specification 0.4, section 2.2.4. *)

type t

val make : what:string -> offset:int -> string -> (t, Error.t) result
(** The cells of a value that starts at this offset of the blob; [what] is what errors call it.
    [Bad_size] when it is no multiple of four bytes. *)

val of_list : what:string -> offset:int -> int list -> t
(** The low 32 bits of each. *)

val length : t -> int
val offset : t -> int

val get : t -> int -> int
(** @raise Invalid_argument when there are not so many. *)

val to_list : t -> int list

val split : t -> int -> (t * t, Error.t) result
(** The first cells, this many, and the rest; [Truncated] when there are fewer. *)

val groups : t -> int -> (t list, Error.t) result
(** All of them in groups of this many, at least one; [Bad_size] when some are left over. *)

val number : t -> (int, Error.t) result
(** All of them as one number, the most significant cell first; of no cells, 0. [Too_large] from
    2{^62} on. *)

val masked : t -> mask:t -> string
(** The bytes of the cells, each with the mask's in the same place taken; as long as the shorter of
    the two. *)

val append : t -> t -> t

val pp : Format.formatter -> t -> unit
(** As in source: [<0x1 0x20>]. *)
