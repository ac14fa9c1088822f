(** The blocks of one commit, in the making: what it takes, frees and will write. Nothing reaches
    the device before all of it is known. *)

type t

val create : Store.t -> Space.t -> ripe:int -> t
(** Held blocks of commits up to [ripe] are taken when room is scarce. *)

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
    free already or not within the file system, is counted as {!damage} and left. *)

val damaged : t -> unit
(** Something could not be read, and what it points to is left as it is: a leak. *)

val damage : t -> int

(** {1 The log} *)

val used : t -> Extents.t
(** What is taken, of blocks that were free in the last commit. *)

val freed : t -> Extents.t

val all_free : t -> Extents.t
(** What will be free when the commit is made. *)

val writes : t -> Store.stored list
