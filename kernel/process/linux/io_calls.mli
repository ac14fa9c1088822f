(** read, write and their kin, which move bytes between an open file and memory; lseek. *)

val all : Call.t list
