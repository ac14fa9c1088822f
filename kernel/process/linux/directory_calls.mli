(** What is done with paths: opening, looking, making and removing names; and with directories. *)

val all : Call.t list
