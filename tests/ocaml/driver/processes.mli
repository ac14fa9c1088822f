(** Tests as processes, some at a time: their programs and files go into one tree of files, with a
    list of what to run; tests/process/runner, a process as well, runs them one after another and
    says what they wrote. See README.md. *)

type where =
  | Host  (** this machine *)
  | Guest  (** our kernel in QEMU, with the tree as its boot module *)
  | Linux  (** Debian's in QEMU, with the tree as its root *)

(** Builds and runs these tests together: each with its verdict. The environment holds what
    tests/process/run_tree.sh wants. *)
val run : Config.t -> where -> number:int -> Suite.test list -> (Suite.test * Verdict.t) list
