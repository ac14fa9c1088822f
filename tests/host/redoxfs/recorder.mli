(** A device with a volatile cache, that remembers all that it was told: whatever a power cut could
    have left of it can be looked at. *)

open Redoxfs

type t

val create : Buffer.t -> t
(** On these bytes, which are durable. They don't change. *)

val device : t -> Device.t

val events : t -> int
(** Writes of single blocks, and flushes, so far. *)

type counts = { reads : int; writes : int;  (** blocks *) flushes : int }

val counts : t -> counts

(** {1 After a power cut} *)

val cut : t -> Random.State.t -> at:int -> Device.t
(** What could be found if the power had failed after so many events: all that was written before
    the last flush then, and of what was written since any part, some of it torn between sectors of
    512 bytes. It can be written to; the recorder does not change. *)

val lost : t -> Random.State.t -> at:int -> Device.t
(** The same of a device that ignores flushes now and then. *)
