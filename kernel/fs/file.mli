(** Open file descriptions: what descriptors stand for, and share when they were duplicated or
    inherited. A description is a {!Node.file} with the way in which it was opened, a position, and
    whoever holds it: descriptors, requests that are under way, and messages that carry it.

    All may be called by several fibers at once. Where a {!Patience} is asked for the call may wait
    as long as that, but not when the description is nonblocking. *)

type what = ..
(** What a file is beyond reading and writing, for requests that only work on such files. *)

type what += Other

type status = { append : bool; nonblocking : bool }

type t = private {
  id : int;  (** no other ever has the same *)
  file : Node.file;
  what : what;
  access : Node.flags;
  whole : bool;
  begin_write : (Transfer.t -> unit -> (int, Errno.t) result) option;
  longest : (Readiness.t -> float) option;
  reading : (Patience.t -> Transfer.t -> (int, Errno.t) result) option;
  status : status Atomic.t;
  position : int Atomic.t;
  turn : Sync.Lock.t;  (** to use the position *)
  holders : int Atomic.t;
  gone : Watch.t;  (** rung when it has been closed *)
  mutable place : Mounts.place option;  (** where a path led to that opened it *)
}

val make :
  ?what:what ->
  ?whole:bool ->
  ?begin_write:(Transfer.t -> unit -> (int, Errno.t) result) ->
  ?longest:(Readiness.t -> float) ->
  ?reading:(Patience.t -> Transfer.t -> (int, Errno.t) result) ->
  ?status:status ->
  Node.flags ->
  Node.file ->
  t
(** A description with one holder. [whole] (true by default): writing waits until all is
    written; otherwise one attempt that succeeds is all. It matters to
    files without a position. [begin_write]: how these are written instead of by the file's [write]:
    the first step takes what there is from the transfer, the second tries, and tries again after
    waiting. [longest]: how many seconds to wait for that at most.
    [reading]: how they are read instead of by the file's [read], with all of the waiting; the
    patience is none when the description is nonblocking. *)

val set_place : t -> Mounts.place -> unit
(** By who makes it, before others know it. *)

(** {1 Holders} *)

val hold : t -> unit
(** One holder more, for who holds it through somebody else at the moment. *)

val try_hold : t -> bool
(** For who found it where it may have been closed meanwhile: false when it was. *)

val release : t -> unit
(** One holder fewer; the last one closes the file. *)

val holders : t -> int

val count : unit -> int
(** Descriptions that are not closed. *)

(** {1 Reading and writing}

    [EBADF] when it was not opened for that. What has a position is used from there on, by one after
    the other; with [append] each writing goes to the end. *)

val read : t -> Patience.t -> Transfer.t -> (int, Errno.t) result
val write : t -> Patience.t -> Transfer.t -> (int, Errno.t) result

val read_at : t -> Patience.t -> at:int -> Transfer.t -> (int, Errno.t) result
(** The position is neither used nor changed. [ESPIPE] for what has none; [EINVAL] when [at] is
    negative. *)

val write_at : t -> Patience.t -> at:int -> Transfer.t -> (int, Errno.t) result
(** Also appends, where [append] says so, as Linux does. *)

type whence = Set | Current | End | Data | Hole

val seek : t -> whence -> int -> (int, Errno.t) result
(** The new position. To a file that tells of no holes all is data up to its end: [Data] and [Hole]
    fail with [ENXIO] beyond it. [EINVAL] for a position that is negative or
    beyond what a number can say.
    *)

val positioned : t -> (int -> ('a * int, Errno.t) result) -> ('a, Errno.t) result
(** From the position to another one, with nobody else using it meanwhile: reading a directory. *)

(** {1 Readiness} *)

val readiness : t -> Readiness.t
val is_nonblocking : t -> bool
val set_status : t -> status -> unit
