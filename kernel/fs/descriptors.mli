(** A process's descriptors: small numbers for open files ({!File}). Shared by processes that were
    made so (CLONE_FILES).

    Each descriptor holds its file, and so does a request while it works: {!using}. All may be
    called by several fibers at once. *)

type t

val create : limit:int -> t

val copy : t -> t
(** Another table with the same descriptors: fork. *)

val is_shared : t -> bool

val hold : t -> unit
(** One process more has it. *)

val release : t -> unit
(** One fewer; the last one closes all. *)

val owner : t -> int
val set_owner : t -> int -> unit
(** The process that the table's record locks belong to ({!Locks}), 0 at first and in a copy. When a
    descriptor is closed, in whatever way, all that it holds of the file is given up. *)

val set_limit : t -> int -> unit
(** Numbers from here on can't be had ([EMFILE]); those in use stay. *)

val limit : t -> int

(** {1 Numbers} *)

val add : t -> ?from:int -> ?close_on_exec:bool -> File.t -> (int, Errno.t) result
(** The lowest free number, at least [from] ([EINVAL] when that is beyond the limit). The file has a
    holder already, who passes it on: on an error as well, it is released. *)

val is_full : t -> bool
(** There is no number for one more, at the moment. *)

val replace : t -> int -> close_on_exec:bool -> File.t -> (unit, Errno.t) result
(** This number, whatever it was ([dup2]). [EBADF] beyond the limit. The holder is passed on. *)

val find : t -> int -> (File.t, Errno.t) result
(** Held once more for the caller, who releases it. [EBADF] *)

val peek : t -> int -> (File.t, Errno.t) result
(** Not held: for who knows that nobody closes it meanwhile. *)

val using : t -> int -> (File.t -> ('a, Errno.t) result) -> ('a, Errno.t) result
(** With the file held meanwhile. *)

val close : t -> int -> (unit, Errno.t) result
val close_range : t -> first:int -> last:int -> unit
val mark_range : t -> first:int -> last:int -> unit
(** Sets close-on-exec. *)

val close_on_exec : t -> int -> (bool, Errno.t) result
val set_close_on_exec : t -> int -> bool -> (unit, Errno.t) result

val close_all_on_exec : t -> unit
val numbers : t -> int list
(** In order. *)
