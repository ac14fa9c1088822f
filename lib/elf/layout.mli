(** Where an executable goes in an address space: what a loader has to map. *)

type contents =
  | File of { offset : int; zero_from : int option }
      (** private pages of the file from [offset] on, a page's boundary. From the address
          [zero_from] to the part's end they are to be zero, whatever the file has there *)
  | Zero

type part = {
  start : int;  (** an address, as [stop] a page's boundary *)
  stop : int;  (** above [start] *)
  access : Segment.access;
  contents : contents;
}

type t = {
  parts : part list;  (** in order; they share no page *)
  entry : int;
  headers : int;  (** where the program headers are in memory, or 0: AT_PHDR *)
  break : int;  (** the first page behind all parts: where the heap that brk moves begins *)
}

type extent = { lowest : int; bytes : int; alignment : int }

val extent : Executable.t -> page_bytes:int -> extent
(** The room that it takes before it is moved: from a page's boundary, whole pages. A bias should be
    a multiple of [alignment], which is a page at least. *)

type room = { first : int; limit : int }
(** The addresses that processes may use: page boundaries, [limit] outside, at most 2{^60}. *)

val make : Executable.t -> page_bytes:int -> room -> bias:int -> (t, Error.t) result
(** All addresses moved by [bias], a multiple of a page, 0 for one of {!Header.Fixed} kind. Errors:
    [Misaligned], [Outside] and [Overlap]: unlike in Linux, where the later segment wins, no two may
    have bytes in the same page.
    @raise Invalid_argument when the bias is not as it should be. *)
