(** Calls that programs make and that there are none of here: which, and how often. *)

val count : int -> unit
(** One of this number was made. *)

val made : unit -> (int * int) list
(** Numbers below {!Number.limit}, each with how often it was made. *)

val beyond : unit -> int
(** How often a number was made that is negative, or none of any system's. *)
