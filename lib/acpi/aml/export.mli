(** Objects as values, for who is outside, and values as objects. *)

val value : Context.machine -> Object.t -> Value.t
(** References, and names in packages, stand for what they refer to now: data is read, other objects
    are references still. *)

val import : Context.machine -> Value.t -> Object.t
(** A reference to nothing becomes no value. *)
