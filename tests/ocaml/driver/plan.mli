(** From a TEST block to what has to be done: which native programs to build, and how to run each.

    Whether a test applies is decided here, by the block alone: see README.md, "What is
    applicable". *)

type architecture = X86_64 | Aarch64 | Riscv64

(** What a test's program becomes: a kernel of its own, or a process of a system that has files and
    other programs. *)
type flavour = Kernel | Process

type compiler = Byte | Native

(** One call of a compiler. *)
type compile = {
  compiler : compiler;
  what : what;
  flags : string;  (** as written, for a shell *)
  last_flags : string;
  libraries : string list;
  binary_modules : string list;
  directories : string list;
  generator_flags : string * string;  (** of ocamllex and of ocamlyacc *)
  expected_status : int;
}

and what =
  | Program of { output : string; modules : string list; compile_only : bool; filetype : string }
  | Module of string
  | Command of string  (** the whole command line *)

type step =
  | Populate of { files : string list; directories : string list }
      (** copies sources from the test's directory into the current one *)
  | Directory of string  (** makes it and goes there *)
  | Change_directory of string
  | Compile of compile
  | Copy of { sources : string list; target : string }
  | Script of { command : string; variables : (string * string) list }
      (** a condition of the test's own or a step of its build, on the host: status 125 says that
          the test does not apply *)

type run = {
  steps : step list;
  program : string;  (** built by one of the steps *)
  arguments : string;
  environment : (string * string) list;
  variables : (string * string) list;  (** for a hook: the block's own *)
  stdin : string option;  (** a file of the build directory *)
  files : string list;  (** files that the program may read, in the build directory *)
  output : string;
  expected_status : int;
  hook : string option;  (** a script of the suite that runs the program *)
  reference : string option;  (** compare the output with this file; absent: with nothing *)
  directory : string;  (** the build directory *)
}

(** Where a test's files are. *)
type place = { source : string; build : string; file : string; suite : string; cc : string }

(** The runs of a block, in order; or, when there is none, the first reason why. *)
val runs : flavour -> architecture -> place -> Tsl.node -> (run list, string) result
