(** What the kernel reads and writes in a process's {!Memory}: bytes, strings, words, and transfers
    that files can move bytes by.

    An address comes from the program, so any number will do: what can't be touched is [EFAULT]. A
    page that is not there yet is brought as the program's own access would bring it; [ENOMEM] when
    there is no frame for it. Copies take no turn: what threads of the process do meanwhile is
    theirs to mind. *)

open Fs

val read : Memory.t -> at:int -> int -> (bytes, Errno.t) result
(** So many bytes, all of them. *)

val write : Memory.t -> at:int -> bytes -> (unit, Errno.t) result
(** All; after an error a part of them may be written. *)

val fill : Memory.t -> at:int -> int -> (unit, Errno.t) result
(** With zeros. *)

val string : Memory.t -> at:int -> limit:int -> (string option, Errno.t) result
(** Up to a NUL within that many bytes; [None] when there is none. *)

(** {1 Words}

    Little-endian, as in memory on all architectures. *)

val word : bytes -> int -> int
(** 64 bits at the offset; what OCaml's [int] cannot hold becomes [min_int], which is no address and
    no size. *)

val get64 : Memory.t -> int -> (int, Errno.t) result
(** As {!word}. *)

val get32 : Memory.t -> int -> (int, Errno.t) result
(** Signed. *)

val set32 : Memory.t -> int -> int -> (unit, Errno.t) result
val set64 : Memory.t -> int -> int -> (unit, Errno.t) result

(** {1 Words that threads share} *)

val load_word : Memory.t -> int -> (int, Errno.t) result
(** 32 bits in one access; not negative. [EINVAL] when the address is not aligned. *)

val exchange : Memory.t -> int -> expected:int -> int -> (int, Errno.t) result
(** What was there: {!Hal.Space.exchange}. *)

(** {1 Transfers} *)

val area : Memory.t -> at:int -> int -> Transfer.t
(** So many bytes from there on, as a place that bytes come from or go to. *)

val transfer : Memory.t -> (int * int) list -> Transfer.t
(** The same in several pieces, each by address and length. *)
