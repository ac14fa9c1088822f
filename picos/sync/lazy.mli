(** A value that is computed when it is first wanted, once, though many fibers may want it. Like
    Stdlib's [Lazy], but a fiber that finds another computing waits for it. *)

exception Undefined
(** Stdlib's [Lazy.Undefined]. *)

type !'a t

val from_fun : (unit -> 'a) -> 'a t
val from_val : 'a -> 'a t

val is_val : 'a t -> bool
(** Whether it has been computed and is a value. *)

val force : 'a t -> 'a
(** The value; computes it if nobody has. What the function raises is kept and raised by every
    {!force}, so a fiber that is canceled while it computes leaves its cancelation to the others;
    one that is canceled before does not begin.
    @raise Undefined when the fiber is computing it already. *)

val force_val : 'a t -> 'a
(** The same. *)

val map : ('a -> 'b) -> 'a t -> 'b t
(** Forces when it is forced itself. *)

val map_val : ('a -> 'b) -> 'a t -> 'b t
(** {!map}, but of what has been computed already the function is called at once. *)
