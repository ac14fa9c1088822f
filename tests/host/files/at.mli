(** Short words for tests of files: what must succeed does, or the test fails and says what came. *)

open Fs

val ok : string -> ('a, Errno.t) result -> 'a
val fails : string -> Errno.t -> ('a, Errno.t) result -> unit
val clock : unit -> Node.stamp
(** Another time at each call, from 1 on, in seconds. *)

val view : ?bytes:int -> ?nodes:int -> unit -> Walk.t
(** User 0 at the root of a fresh file system. *)

val make : Walk.t -> string -> string -> unit
(** A file with these bytes. *)

val opened : Walk.t -> string -> Opening.flags -> Node.file
val rw : Opening.flags
(** To read, write and create. *)

val put : Node.file -> at:int -> string -> (int, Errno.t) result
val get : Node.file -> at:int -> int -> string
val contents : Walk.t -> string -> string
val names : Walk.t -> string -> string list
(** Without [.] and [..]; in the order of the directory. *)

val stat : Walk.t -> string -> Node.stat
(** Not followed. *)

val node : Walk.t -> string -> Node.t
val directory : Walk.t -> string -> Node.directory
