(** /proc/cpuinfo: a paragraph for each core, with the names that Linux has on the architecture, as
    far as programs look at them. *)

val text : unit -> string
