(** `redoxfs scrub`: reads all of an image, and says what is damaged. *)

val usage : string

val run : Redoxfs.Fs.t -> bool
(** Shows how far it is, where somebody looks; a line for each place that is damaged. Whether there
    is none. *)
