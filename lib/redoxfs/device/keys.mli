(** The two keys of an encrypted file system, which never change. Whoever knows a password has them
    from a {!Key_slots.slot}. *)

type t

type random = int -> string
(** So many bytes that nobody can guess. *)

val create : data:string -> tweak:string -> t
(** @raise Invalid_argument unless both have 16 bytes. *)

val fresh : random -> t

val cipher : t -> Cipher.t
(** AES-128-XTS: a block of 4096 bytes is a sector, and its number the block's index. *)

val opens : t -> Header.t -> bool
(** Whether the header was written with these keys. *)

(** {1 Under a password}

    Argon2id over 4 MiB in three passes, as Redox does: some 72 million instructions. *)

val wrap : t -> random -> password:string -> Key_slots.slot
(** With a salt of its own. *)

val unwrap : Key_slots.slot -> password:string -> t
(** Some keys in any case: see {!opens}. *)
