(** execve: another program in a process. *)

open Fs
open Process

val exec :
  thread ->
  path:string ->
  ?start:Mounts.place ->
  arguments:string list ->
  environment:string list ->
  unit ->
  (unit, Errno.t) result
(** Afterwards the thread's registers are the new program's first ones, and it is its process's only
    one. An error leaves all as it was, unless the process is ended meanwhile. *)
