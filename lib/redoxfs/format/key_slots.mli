(** The header's 64 key slots of 48 bytes: in each, the two keys of the file system under a
    password. The password and the slot's salt give a key (Argon2id), with which each of the two is
    one encrypted block of AES-128. Nothing in a slot says whether a password is right: only the
    header's encrypted hash does.

    Offsets: salt 0, the data's key 16, the tweaks' key 32. A slot of zeros is not in use. *)

type slot = { salt : string; data : string; tweak : string }  (** 16 bytes each *)

type t
(** All of them: 3072 bytes that don't change. *)

val count : int
(** 64. *)

val none : t
val of_string : string -> t

val to_string : t -> string
val equal : t -> t -> bool
val get : t -> int -> slot option
val set : t -> int -> slot option -> t

val used : t -> (int * slot) list
(** In their order. *)

val unused : t -> int option
(** The first one. *)
