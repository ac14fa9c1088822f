(** One test from its plan to its verdict. *)

type t =
  | Passed
  | Failed of string  (** what happened, in a line *)
  | Skipped of string  (** why it does not apply after all *)

(** Builds the kernel, boots it, and compares. Everything on the way is in the log at [log_of]. *)
val of_test : Config.t -> Suite.test -> t

val log_of : Suite.test -> string

(** {1 The parts, for tests that run together} *)

(** Builds the program of a test, in an empty directory: its path. *)
val build : Config.t -> Suite.test -> (string, t) result

(** Whether a run ended as it should, and wrote what it should into its output file. *)
val check : Suite.test -> Machine.ending -> (unit, string) result

(** Of the run. Removes what was built, unless it failed, when the reason is put into the log. *)
val conclude : Suite.test -> (unit, string) result -> t

(** The command [boot KERNEL ENVIRONMENT... -- ARGUMENTS...], by which hooks run a kernel like a
    program: writes its output, and returns the status to exit with. *)
val boot : Config.t -> string list -> int
