(** A writable file system in memory: Linux's tmpfs, as far as a process can see. Everything in it
    is gone when nobody knows it any more. Any fiber, any core. *)

type t

val create :
  ?bytes:int ->
  ?nodes:int ->
  ?mode:int ->
  ?open_special:(Node.t -> Node.flags -> (Node.file, Errno.t) result) ->
  now:(unit -> Node.stamp) ->
  unit ->
  t
(** With a root directory alone, of user 0. [bytes] of data (half of the memory would be usual) and
    [nodes] are its limits, none unless given; [open_special] opens fifos, sockets and devices
    ([ENXIO] unless given). *)

val root : t -> Node.t

val add_shown :
  t ->
  directory:Node.t ->
  string ->
  Hal.Machine.contents ->
  offset:int ->
  size:int ->
  mode:int ->
  modified:Node.stamp ->
  (Node.t, Errno.t) result
(** A regular file whose bytes are the boot module's, where they are, until it is written to. *)
