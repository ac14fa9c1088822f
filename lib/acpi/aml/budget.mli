(** How much an evaluation may cost, so that each comes to an end. Every function raises
    {!Error.Fault} with [Exhausted] when it would be more. *)

type limits = {
  steps : int;  (** opcodes begun, and units of fields accessed *)
  depth : int;  (** terms within terms, and method calls *)
  memory : int;  (** bytes of data made or read through, whether they live on or not *)
}

val default : limits
(** A million steps, depth 256, 64 MiB. *)

type t

val create : limits -> t
val step : t -> unit
val take : t -> int -> unit
(** Takes bytes of memory. *)

val nested : t -> (unit -> 'a) -> 'a
(** Runs one level deeper. *)
