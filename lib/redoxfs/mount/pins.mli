(** Readers, by the generation that they began in: what it points to stays until they are done. *)

type t

val create : unit -> t

val hold : t -> (unit -> int) -> (unit -> 'a) -> 'a
(** [hold t generation body] calls the body while the generation that the function returns is kept.
    *)

val oldest : t -> int
(** Of those that are held; [max_int] when none is. *)
