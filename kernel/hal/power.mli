(** Leaving. *)

val off : status:int -> 'a
(** Ends the machine once all output has left it; the host sees [status] (0 to 127) where the
    machine has a way to say it. *)

val reboot : unit -> 'a

val panic : string -> 'a
(** The panic screen, with this reason and a backtrace; ends the machine with status 101. *)

val fault : unit -> 'a
(** Reads through NULL: shows what the panic screen makes of a CPU exception. *)
