(** Who a process is: its users and groups, real, effective and saved, and further groups. *)

val all : Call.t list
