(** What a check found. *)

type weight =
  | Wrong  (** something cannot be read, or not trusted *)
  | Waste  (** blocks that nothing uses are not free: Redox leaks some *)

type finding = { weight : weight; block : int;  (** of the file system, or 0 *) text : string }
type t

val create : unit -> t
val wrong : t -> int -> ('a, unit, string, unit) format4 -> 'a
val waste : t -> int -> ('a, unit, string, unit) format4 -> 'a

val about : t -> string -> unit
(** What stands before the text of all that is found from now on. *)

val findings : t -> finding list
(** The first 100, in the order in which they were found. *)

val count : t -> int
val pp : Format.formatter -> finding -> unit
