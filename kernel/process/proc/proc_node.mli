(** Nodes of /proc: files whose text is made when it is read, links, and directories that are asked
    for their names each time. Nothing can be made, removed or renamed in them.

    A file tells 0 as its size. Its text is made anew when it is read from its beginning, and stays
    the same until it is read from there again. *)

open Fs

type about = {
  inode : int;  (** one number for what is always the same *)
  mode : int;
  owner : unit -> int * int;  (** user and group *)
}

val text :
  about -> ?write:(string -> (unit, Errno.t) result) -> (unit -> (string, Errno.t) result) -> Node.t
(** [write] gets what a request writes, at most a page; without it there is [EIO]. *)

val link :
  about ->
  ?leads:(unit -> (Node.destination, Errno.t) result) ->
  (unit -> (string, Errno.t) result) ->
  Node.t

type entry = { name : string; kind : Node.kind; number : int; position : int }
(** [position]: where it stands among the others, from 0 on. *)

val directory :
  about ->
  parent:(unit -> Node.t) ->
  entries:(unit -> (entry list, Errno.t) result) ->
  (string -> self:Node.t -> (Node.t, Errno.t) result) ->
  Node.t
(** The function finds a name. Entries are in the order of their positions. *)

val root : about
(** User 0's, numbered 1. *)
