(** Handlers over an empty machine: memory, ports and configuration space that hold what was written
    to them, zeros at first; every other space refuses. *)

type t

val create : unit -> t
val handlers : t -> Aml.Handlers.t

val notified : t -> (Aml.Path.t * int) list
(** What was notified, the first first; it is then forgotten. *)

val debugged : t -> Aml.Value.t list
(** What was stored to Debug, in the same way. *)

val set : t -> Aml.Handlers.place -> size:int -> int64 -> unit
