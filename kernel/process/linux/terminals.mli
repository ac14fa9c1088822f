(** Terminals, as far as opening a file has to know of them. *)

open Fs

val opened :
  Process.thread ->
  Mounts.place ->
  Node.stat ->
  controls:bool ->
  (Node.flags -> File.status -> (File.t, Errno.t) result) option
(** How a terminal's node is opened; [None] for what is no terminal. [controls]: it may become the
    session's. *)
