(** Program headers: what of the file goes where in memory, and what else a loader should know.

    Source: gABI, Program Header; PT_GNU_STACK from the Linux Standard Base 5.0, Core, 11.2. *)

type access = { read : bool; write : bool; execute : bool }

type load = {
  header : int;  (** the file offset of this program header *)
  address : int;  (** of its first byte *)
  offset : int;  (** of its first byte in the file *)
  in_file : int;  (** so many bytes come from the file, *)
  in_memory : int;  (** and so many are in memory: the rest are zero *)
  alignment : int;  (** a power of two; 1 when the header says none *)
  access : access;
}

type t =
  | Load of load
  | Interpreter of { header : int; offset : int; size : int }  (** a path, with its NUL *)
  | Stack of { executable : bool }
  | Other of int  (** [p_type]; no business of a loader's *)

val read : base:int -> string -> (t, Error.t) result
(** One program header, which stands in the file at [base].
    @raise Invalid_argument when it has less than {!Header.segment_size} bytes. *)
