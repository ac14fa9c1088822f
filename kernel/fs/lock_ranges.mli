(** Who holds which bytes of a file: immutable, and nothing but bookkeeping (fcntl(2), advisory
    record locking). *)

type kind = Shared | Exclusive

type 'owner held = {
  owner : 'owner;
  first : int;
  last : int;  (** [max_int]: for ever *)
  kind : kind;
}

type 'owner t

val empty : 'owner t
val is_empty : 'owner t -> bool

val conflict :
  'owner t -> 'owner -> first:int -> last:int -> kind -> 'owner held option
(** Of somebody else's locks the first that does not allow this one. *)

val set : 'owner t -> 'owner -> first:int -> last:int -> kind option -> 'owner t
(** The owner holds these bytes so, or not at all, whatever he held of them before. *)

val owned : 'owner t -> 'owner -> 'owner held list
(** In order; what touches and is of one kind is one. *)

val forget : 'owner t -> 'owner -> 'owner t
