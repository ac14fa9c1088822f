(** What is wrong with bytes that came from a network. *)

type problem =
  | Truncated of { wanted : int; left : int }  (** bytes *)
  | Bad_value of { what : string; value : int }
  | Bad_checksum of int  (** what should be 0xffff: the sum of all, its own field included *)
  | Too_many of { what : string; limit : int }

type t = {
  layer : string;  (** ["TCP"] *)
  offset : int;  (** in bytes from where that layer begins *)
  problem : problem;
}

val pp : Format.formatter -> t -> unit
(** [IPv4, byte 2: a total length of 19 is impossible]. *)

(** {1 Making} *)

val truncated : string -> offset:int -> wanted:int -> left:int -> ('a, t) result
val bad_value : string -> offset:int -> string -> int -> ('a, t) result
val bad_checksum : string -> offset:int -> int -> ('a, t) result
val too_many : string -> offset:int -> string -> int -> ('a, t) result
