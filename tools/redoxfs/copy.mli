(** Files and folders, between this machine and a file system. *)

open Redoxfs

exception Refused of string
(** What could not be done, and why. *)

val ok : string -> ('a, Reason.t) result -> 'a
(** The value, or {!Refused} with the name of what it is about. *)

val find : Fs.t -> string -> int
(** The node at a path from the root; links are not followed. *)

val put : Fs.t -> string -> string -> unit
(** [put fs source path]: a file, link or folder with all that is in it, with its permissions and
    time. A file that is there already is replaced, a folder is added to. *)

val get : Fs.t -> string -> string -> unit
(** [get fs path destination]: the other way. What is there already is never written over, but
    folders are added to. *)

val cat : Fs.t -> string -> unit
(** To standard output. *)
