(** One test from its plan to its verdict. *)

type t =
  | Passed
  | Failed of string  (** what happened, in a line *)

(** Builds the kernel, boots it, and compares. Everything on the way is in the log at [log_of]. *)
val of_test : Config.t -> Suite.test -> t

val log_of : Suite.test -> string

(** The command [boot KERNEL ENVIRONMENT... -- ARGUMENTS...], by which hooks run a kernel like a program:
    writes its output, and returns the status to exit with. *)
val boot : Config.t -> string list -> int
