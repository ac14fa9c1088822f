(** Random work with snapshots: what a file system is, and what it was at each of them. *)

open Redoxfs

type world = { model : Model.t; snapshots : (string * Model.t) list  (** newest first *) }
type t

val create : Random.State.t -> Workload.t -> t
val workload : t -> Workload.t
val world : t -> world
(** With nothing open. *)

val resume : t -> Fs.t -> world -> unit

val rename : t -> string -> unit
(** Snapshots that are made from now on have names that begin so. *)

val step : ?looks:bool -> t -> unit
(** A snapshot is made, deleted, rolled back to or looked at (unless [looks] is false). Deleting
    always has room.
    @raise Failure when it is not as it should be. *)

val reconcile : t -> unit
(** After an error of the device: a snapshot may be there or not, but is what it should be. Those
    that nobody knows are deleted. *)

val delete_all : t -> unit

val same : world -> Fs.t -> (unit, string) result
(** The file system, and each snapshot. *)
