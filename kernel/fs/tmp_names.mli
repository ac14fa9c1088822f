(** What a directory in memory holds: immutable tables, so that whoever looks a name up or lists
    them needs no lock. Every name has a number that grows with each one added, so that a listing
    knows where it was, whatever comes and goes meanwhile. All costs are logarithmic in the
    names. *)

type 'a t

type 'a slot = { name : string; number : int;  (** from 2 on *) value : 'a; is_directory : bool }

val empty : 'a t

val find : 'a t -> string -> 'a slot option

val add : 'a t -> string -> is_directory:bool -> 'a -> 'a t
(** Instead of what had the name, if anything had. *)

val remove : 'a t -> string -> 'a t
val count : 'a t -> int
val directories : 'a t -> int

val next_from : 'a t -> int -> 'a slot option
(** The first whose number is not below. *)

val removed : 'a t
(** Empty, and will stay so: the directory itself is gone. *)

val is_removed : 'a t -> bool
