(** A list of tasks with what each does next. The drivers' run queue is two of them, the front in
    order and the back in reverse, which a core's loop carries along as arguments: in no other data
    structure, so that queueing a task is an allocation, without the write barrier that a store in
    an old block would need. *)

type t = Empty | Cons of { task : Task.t; step : Task.step; next : t }

val reverse : t -> t

val reverse_onto : t -> t -> t
(** [reverse_onto tail t] is [t] reversed, followed by [tail]. *)

val urgent_first : t -> t
(** The urgent ones in front, in their order; they are urgent no more. *)
