(** The command [misbehave]: a fiber that breaks the rules, to see what becomes of it, and of the
    others. *)

val command : Command.t
