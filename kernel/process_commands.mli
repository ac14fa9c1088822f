(** Commands about processes: [processes] and [calls]. *)

val all : Command.t list
