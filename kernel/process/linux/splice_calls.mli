(** splice, tee and vmsplice: {!Splicing}. *)

val all : Call.t list
