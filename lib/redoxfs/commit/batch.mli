(** The blocks of one commit, in the making: what it takes, frees and will write. Nothing reaches
    the device before all of it is known. *)

type t

val create : Store.t -> Space.t -> Snapshots.t -> ripe:int -> t
(** What these snapshots pin is not freed, but dead. Held blocks of commits up to [ripe] are taken
    when room is scarce. *)

val store : t -> Store.t
val space : t -> Space.t

val table : t -> Lz4.table
(** For what is compressed. *)

type owner = { mutable blocks : int }
(** Counts what something gains and loses. *)

val owner : unit -> owner

val put : t -> owner -> ?whole:int -> Buffer.t -> (Pointer.t, Reason.t) result
(** A place for so many blocks, which are written there; [whole] as in {!Address}. The bytes must
    not change any more. *)

val reserve : t -> (int, Reason.t) result
(** A block whose bytes come later: to be {!fill}ed. *)

val fill : t -> int -> Buffer.t -> Pointer.t

val give_back : t -> index:int -> level:int -> unit
(** A place that was taken before, for a record. *)

val free : t -> owner -> Pointer.t -> unit
(** What is stored there is not needed any more; null is nothing. What cannot be freed, since it is
    free already or not within the file system, is counted as {!damage} and left. What a snapshot
    may need is {!dead} instead. *)

val free_own : t -> Pointer.t -> unit
(** The same of what no snapshot has: the log's blocks, and those about snapshots. *)

val release : t -> index:int -> count:int -> unit
(** What was dead is free. *)

val damaged : t -> unit
(** Something could not be read, and what it points to is left as it is: a leak. *)

val damage : t -> int

(** {1 The log} *)

val used : t -> Extents.t
(** What is taken, of blocks that were free in the last commit. *)

val freed : t -> Extents.t

val dead : t -> Extents.t
(** What is for the dead list. *)

val buried : t -> unit
(** It is on one. *)

val all_free : t -> Extents.t
(** What will be free when the commit is made. *)

val writes : t -> Store.stored list
