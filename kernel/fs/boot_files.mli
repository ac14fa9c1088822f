(** The boot module's files in a file system in memory: they are there at once, as their bytes stay
    where the loader put them until somebody writes to a file ({!Tmp.add_shown}). *)

type error =
  | Archive of Ustar.error
  | Refused of { path : string; why : Errno.t }  (** an entry that has no place in the tree *)

val pp_error : Format.formatter -> error -> unit

val load : Tmp.t -> Hal.Machine.contents -> (int, error) result
(** Adds the archive's entries, all of user 0, to what is there; directories on the way come into
    being, and a later entry replaces an earlier one. How many entries there were. What came before
    an error stays. *)
