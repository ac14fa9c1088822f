(** What /proc tells of the system as a whole: memory, time, load, versions. *)

val files : (string * (unit -> string)) list
(** Names, and what they tell now. *)
