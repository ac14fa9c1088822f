(** The numbers that processes go by: their own, their parent's, their group's and session's. *)

val all : Call.t list
