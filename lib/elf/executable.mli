(** An executable as its file describes it.

    What Linux's fs/binfmt_elf.c refuses is refused, with the same errors ({!Error.errno}); so is a
    file that ends before its segments do, whose process Linux would end at the first touch. *)

type t = {
  header : Header.t;
  loads : Segment.load list;  (** with bytes in memory, by address; at least one *)
  interpreter : string option;  (** the path of the program that is to load this one *)
  executable_stack : bool;  (** asked for by PT_GNU_STACK *)
}

type 'e failure = Bad of Error.t | Unread of 'e  (** the file could not be read *)

val read :
  Header.machine ->
  size:int ->
  (offset:int -> length:int -> (string, 'e) result) ->
  (t, 'e failure) result
(** [read machine ~size fetch] reads a file of [size] bytes by three calls of [fetch] at most: the
    header, the program headers (up to 64 KiB) and the interpreter's path (up to 4 KiB). [fetch] is
    asked for nothing outside of the file; what it gives too little is [Truncated]. *)

val of_string : Header.machine -> string -> (t, Error.t) result
(** A file that is in memory. *)
