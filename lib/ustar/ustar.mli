(** Reading POSIX tape archives (the [ustar] interchange format of IEEE Std 1003.1, pax), the form
    of the boot module. Total: any bytes give entries or an error that names the offset. *)

type contents = (char, Bigarray.int8_unsigned_elt, Bigarray.c_layout) Bigarray.Array1.t

type kind =
  | File of { offset : int; size : int }  (** its bytes in the archive *)
  | Directory
  | Symlink of string  (** where it points *)

type entry = {
  path : string list;  (** names from the archive's root, without [.]; never empty, no [..] *)
  kind : kind;
  mode : int;  (** permission bits *)
  modified : int;  (** seconds since 1970 *)
}

type error =
  | Truncated of { offset : int; wanted : int }
  | Bad_checksum of { offset : int }
  | Bad_number of { offset : int; field : string }
  | Bad_path of { offset : int; path : string }
  | Unsupported of { offset : int; typeflag : char }  (** hard links, devices, GNU extensions *)

val pp_error : Format.formatter -> error -> unit

val entries : contents -> (entry list, error) result
(** All entries in the archive's order, up to its end mark (two zero blocks, or the end of the bytes
    at a block's boundary). Costs one pass over the headers; no file's bytes are read. *)

val read : contents -> offset:int -> size:int -> string
(** A copy of a range, as a [File] names it.
    @raise Invalid_argument when it is outside the contents. *)
