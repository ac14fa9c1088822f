(** Questions to a machine's namespace whose answers have a known type. *)

type error =
  | Evaluation of Error.t
  | Unexpected of { path : Path.t; wanted : string; found : Value.t }
  | Resources of { path : Path.t; error : Resource.error }

val integer : Machine.t -> Path.t -> (int64 option, error) result
(** [None] when there is no such name; here and below. *)

val small : Machine.t -> Path.t -> (int option, error) result
(** An integer of at most 62 bits. *)

val package : Machine.t -> Path.t -> (Value.t list option, error) result
val resources : Machine.t -> Path.t -> (Resource.t list option, error) result
(** A resource template, as [_CRS] gives it. A buffer without bytes, which some firmware gives, has
    none. *)

val call : Machine.t -> Path.t -> Value.t list -> (unit, error) result
(** Calls a method for what it does; nothing when there is no such name. *)

val unexpected : Path.t -> wanted:string -> Value.t -> ('a, error) result
val pp_error : Format.formatter -> error -> unit
