(** Which files are programs that processes run: these cannot be opened to be written, nor cut
    (ETXTBSY). Any fiber, any core; looking takes no lock. *)

open Fs

val begins : Mounts.place option -> unit
(** One process more runs it. *)

val ends : Mounts.place option -> unit
(** One fewer. *)

val may_write : Node.t -> (unit, Errno.t) result
(** [ETXTBSY] *)
