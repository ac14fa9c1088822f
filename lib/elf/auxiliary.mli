(** The auxiliary vector: what a program that starts is told of itself and of the machine, beside
    its arguments.

    Sources: the x86-64 psABI 1.0, 3.4.3; numbers as Linux's include/uapi/linux/auxvec.h has them,
    which are the same on the three machines. *)

type t = {
  headers : int;  (** AT_PHDR: the address of the program headers; 0 when they are not in memory *)
  header_count : int;  (** AT_PHNUM *)
  entry : int;  (** AT_ENTRY: the program's own, not its interpreter's *)
  interpreter : int;  (** AT_BASE: how far the interpreter was moved; 0 without one *)
  page_bytes : int;  (** AT_PAGESZ *)
  clock_ticks : int;  (** AT_CLKTCK: a second's, as times() counts them *)
  uid : int;
  euid : int;
  gid : int;
  egid : int;
  secure : bool;  (** AT_SECURE: not to trust its environment *)
  hwcap : int;  (** AT_HWCAP: what the processor can do, as Linux on this architecture says it *)
  hwcap2 : int;  (** AT_HWCAP2 *)
  signal_frame_bytes : int;  (** AT_MINSIGSTKSZ; 0: not told *)
  platform : string option;  (** AT_PLATFORM: the machine's name *)
  random : string;  (** AT_RANDOM: sixteen bytes that nobody can guess *)
}

type addresses = { platform_at : int; random_at : int; path_at : int }
(** Where the stack has the strings that the vector points to. *)

val entries : t -> addresses -> (int * int) list
(** Types and values, AT_NULL last. *)

val count : t -> int
(** Of the entries. *)
