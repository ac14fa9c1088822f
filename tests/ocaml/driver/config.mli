(** What the makefile tells the driver, as NAME=value arguments: see ocaml.mk. *)

type t = {
  flavour : Plan.flavour;
  architecture : Plan.architecture;
  target : string;  (** OCaml for the target: bin/, lib/ocaml/ *)
  suite : string;  (** upstream's tree with testsuite/ *)
  cc : string;  (** the flavour's C compiler *)
  cross : string;  (** prefix of binutils *)
  variant : string;  (** of libasmrun *)
  sysroot : string;
  objects : string;  (** nucleus and runtime, as one object *)
  loader : string;  (** for QEMU's -kernel *)
  link : string;  (** runtime/link-kernel.sh *)
  work : string;  (** where everything is built *)
  here : string;  (** tests/ocaml *)
  cores : int;
  memory_mib : int;
  timeout_s : int;
  jobs : int;
  runner : string;  (** processes: what runs them one after another, for the target *)
  shell : string;  (** processes: the target's busybox *)
}

(** Takes what it knows; the rest of the words are the command's. Raises [Failure] when a name is
    missing. *)
val of_words : string list -> t * string list
