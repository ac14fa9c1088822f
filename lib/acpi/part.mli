(** A run of bytes within a table: the table itself, or a structure in it.

    Every multi-byte number of ACPI is little-endian (ACPI 6.5, section 5.2.2). A reader first asks
    with {!require} that the bytes are there; the plain reads after it are then total. *)

type t = private {
  table : string;  (** the table's signature *)
  address : int;  (** the table's address *)
  bytes : string;  (** all of the table *)
  offset : int;  (** where the part begins in it *)
  length : int;
}

val whole : table:string -> address:int -> string -> t

val sub : t -> offset:int -> length:int -> (t, Error.t) result
(** A part of the part; the offset counts from the part's beginning. *)

val error : t -> at:int -> Error.problem -> Error.t
val fail : t -> at:int -> Error.problem -> ('a, Error.t) result

val require : t -> int -> (unit, Error.t) result
(** That the part has this many bytes. *)

val has : t -> at:int -> size:int -> bool

(** {1 Fields}

    [at] counts from the part's beginning.
    @raise Invalid_argument beyond the part's end. *)

val u8 : t -> int -> int
val u16 : t -> int -> int
val u32 : t -> int -> int

val u64 : t -> field:string -> int -> (int, Error.t) result
(** An error when the value has more than 62 bits: no address, size or frequency has. *)

val text : t -> at:int -> length:int -> string
(** Up to the first NUL, without spaces at the end. *)

val or_zero : (t -> int -> int) -> t -> size:int -> int -> int
(** [or_zero u16 part ~size:2 at]: a field that early revisions lack; 0 then. *)

(** {1 Lists of structures}, each with its kind and length in front *)

type layout =
  | Kind8_length8  (** MADT, SRAT *)
  | Kind8_length16  (** GTDT *)
  | Kind16_length16  (** RHCT *)

val structures : layout -> t -> offset:int -> ((int * t) list, Error.t) result
(** Kind and bytes of each structure from [offset] to the part's end, their headers included. *)

val read_structure :
  (int -> (int * (t -> ('a, Error.t) result)) option) ->
  other:(kind:int -> offset:int -> length:int -> 'a) ->
  int * t ->
  ('a, Error.t) result
(** By a structure's kind: the least length and the reader that [reader_of kind] gives, or [other]
    when it gives none. *)

val map : ('a -> ('b, 'e) result) -> 'a list -> ('b list, 'e) result
(** In order, up to the first error. *)

val bit : int -> int -> bool
(** [bit flags n]. *)
