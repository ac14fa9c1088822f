(** Pipes, as Linux's behave to who reads, writes and polls them (pipe(7); fs/pipe.c says when a
    write fits). The bytes lie in the pages of a memory object that serve as a ring: a write of up
    to {!atomic} bytes is never mixed with others, and so it fits only when there is room for all of
    it, on the newest page behind what is there or on a free one. *)

type t

val capacity : t -> int

val set_capacity : t -> privileged:bool -> int -> (int, Errno.t) result
(** F_SETPIPE_SZ: room for so many bytes, rounded up to a power of two of pages, which is the
    answer. [EBUSY] when more is in it, [EPERM] above 1 MiB for who is not privileged, [EINVAL] when
    it is negative or beyond 2 GiB. *)

val most_pages_in_all : int Atomic.t
(** Pages that all pipes may have together before new ones are small: 16384 at first. *)

(** {1 Ends}

    Reading gives 0, the end, when the pipe is empty and nobody writes; writing fails with [EPIPE]
    when nobody reads. *)

type File.what += Pipe of t

val ends : unit -> File.t * File.t
(** A new pipe's: to read, to write. It has room for 8 KiB alone when all pipes together have 64
    MiB. *)

val show : t -> Transfer.t -> (int, Errno.t) result
(** Reading that leaves the bytes where they are. *)

val discard : t -> unit
(** Gives its memory back. Nobody uses it any more. *)

(** {1 For pipes with names} *)

val create : unit -> t
(** With room as {!ends}, and nobody at either end. *)

val enter :
  t ->
  Node.t ->
  Node.flags ->
  needs_reader:bool ->
  left:(unit -> unit) ->
  (File.t * (unit -> bool), Errno.t) result
(** One more user of a pipe, at one end or at both, shown as that node; [left] is called when it has
    gone. With it comes whether the other side has been there since, or is. [ENXIO] when a reader is
    needed and there is none. *)

val arrivals : t -> Watch.t
(** Rung when a reader or a writer has come. *)
