(** The passwords of an encrypted file system, each in a key slot of its own: any of them opens it.
    Changing them costs a commit, and the headers of older generations are written anew, so that a
    password that is gone opens none of them. A copy of the device that somebody made before still
    opens with it: then only a new file system helps, with other keys.

    [Not_encrypted] where there is nothing to open. Other errors than that leave everything as it
    was, but for [Device]: then older headers may still have the old slots, until the call is
    repeated. *)

val first : Keys.random -> string -> Fs.encryption
(** Fresh keys under one password, for {!Fs.create}. *)

val used : Fs.t -> (int list, Reason.t) result
(** The key slots that have one. *)

val add : Fs.t -> Keys.random -> string -> (int, Reason.t) result
(** The slot. [Too_many] when all 64 are in use. *)

val slot_of : Fs.t -> string -> (int, Reason.t) result
(** Where a password is: [Wrong_password] when it is none. *)

val replace : Fs.t -> Keys.random -> int -> string -> (unit, Reason.t) result
(** Another one in the place of a slot's: [No_entry] when that is not in use. *)

val remove : Fs.t -> int -> (unit, Reason.t) result
(** [No_entry] when the slot is not in use, [Last_password] when no other is. *)
