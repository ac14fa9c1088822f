(** Values under typed keys, in an array that grows: what a fiber carries with it. Not synchronised.

    Slots carry their key's identity, which makes them safe without unchecked casts: a value of any
    type, floats included, takes three words beside its slot. Reading costs a comparison of
    identities. *)

type 'a key

val key : unit -> 'a key
(** A key unlike any other. Keys are never reclaimed: they are made once, at the top of a module. *)

exception Not_set

type store

val empty : store
(** Holds nothing. Allocates nothing. *)

val find : store -> 'a key -> 'a
(** @raise Not_set (without a backtrace) when nothing is bound to the key. *)

val find_or : store -> 'a key -> default:'a -> 'a

val reserve : store -> 'a key -> store
(** The store itself if it has a slot for the key, else a larger copy. Binding a key that has a slot
    allocates no array. *)

val bind : store -> 'a key -> 'a -> unit
(** In a store that has a slot for the key. *)

val unbind : store -> 'a key -> unit
