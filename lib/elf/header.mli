(** The header that an ELF file begins with, of which a loader wants little: where the program
    headers are and where to begin.

    Source: System V ABI (gABI) 4.3 draft, ELF Header; [e_machine] from the three psABIs. *)

type machine = X86_64 | Aarch64 | Riscv64

type kind =
  | Fixed  (** ET_EXEC: goes where it says *)
  | Anywhere  (** ET_DYN: a position-independent executable, or an interpreter *)

type t = {
  kind : kind;
  entry : int;  (** an address; in one that goes anywhere, before it is moved *)
  table : int;  (** the file offset of the program headers *)
  count : int;  (** of them: 1 to 1170, as many as Linux takes *)
}

val size : int
(** In bytes: 64. *)

val segment_size : int
(** A program header's, in bytes: 56. *)

val read : machine -> string -> (t, Error.t) result
(** From a file's first bytes. Only 64-bit little-endian executables of that machine. *)
