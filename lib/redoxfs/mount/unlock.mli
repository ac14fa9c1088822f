(** How an encrypted file system is opened. *)

type t = Header.t list -> (Keys.t, Reason.t) result
(** Asked once in a mount, and only where something is encrypted: for the keys of the first of these
    headers, of which the others are older. *)

val locked : t
(** Not at all: [Locked]. *)

val with_keys : Keys.t -> t
(** With keys that are known. *)

val with_password : string -> t
(** Each key slot of the first header is tried. [Wrong_password] when none fits; [Damaged] names a
    slot that fitted in the next older header that has others. *)

val find : Header.t -> password:string -> (int * Keys.t) option
(** The first slot that opens this header, and the keys. *)
