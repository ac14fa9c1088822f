(** The system's generator of random bytes. It is seeded from the processor's random source, the
    loader's seed and timing, from whichever there are; more can be mixed in at any time, which
    never makes it weaker. Any thread. *)

val add : bytes -> pos:int -> len:int -> unit
(** Mixes in what a source gave.
    @raise Invalid_argument when that is no range of the bytes, or longer than 64 KiB. *)

val fill : bytes -> pos:int -> len:int -> unit
(** Writes unpredictable bytes.
    @raise Invalid_argument likewise. *)

type facts = {
  has_processor : bool;  (** the processor has a random source *)
  has_seed : bool;  (** the loader or firmware gave a seed *)
  added : int;  (** bytes that were mixed in since *)
}

val facts : unit -> facts
