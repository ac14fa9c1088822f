(** What can be wrong with an executable, at which byte of the file, and what execve says of it. *)

type problem =
  | Truncated of { what : string; wanted : int; left : int }
      (** [what] takes [wanted] bytes, and [left] are there *)
  | Not_elf  (** no magic number *)
  | Other_machine of { machine : int; wanted : int }  (** [e_machine] *)
  | Other_form of { what : string; value : int; wanted : int }
      (** the class, the byte order, or the size of a program header *)
  | Not_executable of int  (** [e_type]: an object, a core, ... *)
  | Bad_count of int  (** of program headers: none, or more than 64 KiB of them *)
  | Bad_interpreter of { size : int }
      (** a path of so many bytes: none, too long, or without its NUL *)
  | Nothing_to_load
  | Too_large of string  (** a number beyond any address *)
  | Bad_sizes of { in_file : int; in_memory : int }  (** a segment's: more there than here *)
  | Misaligned of { address : int; in_file : int }  (** their offsets in a page differ *)
  | Outside of { what : string; address : int }  (** of what a process may use *)
  | Overlap of { address : int }  (** a page that another segment has already *)

type t = { offset : int;  (** of the field or header at fault, in the file *) problem : problem }

val pp : Format.formatter -> t -> unit
(** One line, such as [offset 0x40: nothing is to be loaded]. *)

type errno = ENOEXEC | EINVAL

val errno : t -> errno
(** What Linux's loader of ELF files (fs/binfmt_elf.c) answers. What it finds only while it maps,
    from [Nothing_to_load] on, ends the process there, with EINVAL for nobody to hear: here the call
    fails. An interpreter's errors are ELIBBAD there, whatever they are. *)

val fail : offset:int -> problem -> ('a, t) result
