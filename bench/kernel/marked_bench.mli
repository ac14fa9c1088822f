(** What is measured from outside, on several cores: [make bench-cores] counts the instructions that
    each core executes between marks. *)

val all : (string * (unit -> string)) list
(** By name. Each repeats itself many times, and says how often. *)
