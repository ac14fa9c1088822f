(** What processes find when the system starts: the boot module's files under a writable file system
    in memory, with [/dev], [/tmp] and [/proc] in place. *)

open Fs

type t

val create : Hal.Machine.contents option -> (t, string) result
(** From the boot module's archive, if there is one. The first programs read and write the console
    ({!Terminals.console}). *)

val run :
  t ->
  path:string ->
  arguments:string list ->
  environment:string list ->
  (Process.t, Errno.t) result
(** Starts a program in a process without a parent, with the console as its descriptors 0 to 2. *)

val wait : Process.t -> Process.status
(** Until it has ended. *)

val figures : t -> (Node.figures, Errno.t) result
(** Of the file system at the root. *)

val counts : unit -> int * int
(** Processes, and threads, that there are. *)
