(** Times as files tell them. *)

open Fs

val of_ns : int -> Node.stamp
(** Nanoseconds since 1970. *)

val now : unit -> Node.stamp
