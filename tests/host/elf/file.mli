(** Writes executables, right ones and wrong ones. *)

type segment = {
  kind : int;
  flags : int;
  offset : int;
  address : int;
  in_file : int;
  in_memory : int;
  alignment : int;
}

val load :
  ?flags:int -> ?offset:int -> ?in_memory:int -> ?alignment:int -> int -> int -> segment
(** [load address in_file]: by default read and executed, as much in memory as in the file, at the
    file offset that equals the address within a page of 4 KiB, aligned to that. *)

val other : ?offset:int -> ?size:int -> ?flags:int -> int -> segment
(** Of this [p_type], without an address. *)

val interpreter : int
(** PT_INTERP. *)

val stack : int
(** PT_GNU_STACK. *)

val make : ?kind:int -> ?machine:int -> ?entry:int -> ?size:int -> segment list -> string
(** By default of type ET_EXEC for x86_64 with the entry 0x401000 and 64 KiB long. The program
    headers are at 64; all bytes that are not headers are ['x']. *)

val header : int -> int
(** The file offset of a program header, by its number. *)

val patch : string -> int -> string -> string
(** The file with the bytes at an offset replaced. *)
