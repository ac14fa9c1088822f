(** `redoxfs check --repair`: says what is wrong with an image that is not in use, and mends it. *)

open Redoxfs

val usage : string

val run : Fs.options -> string -> Device.t -> dry_run:bool -> bool
(** Of the image of this name. Whether everything is as it should be now; after a dry run, whether
    it was. *)
