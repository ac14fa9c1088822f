(** Reading AML's bytes: a position in a definition block and where to stop. Every function raises
    {!Error.Fault} where the bytes end or mean nothing.

    Source: ACPI 6.5, sections 20.2.2 to 20.2.4. *)

type t

val create : table:string -> string -> start:int -> stop:int -> t
(** The bytes are all of the table, so that positions are offsets in it. *)

val table : t -> string
val bytes : t -> string
val position : t -> int
val stop : t -> int
val at_end : t -> bool
val seek : t -> int -> unit

val peek : t -> int
(** The next byte; not at the end. *)

val u8 : t -> int
val u16 : t -> int
val u32 : t -> int
val u64 : t -> int64

val opcode : t -> int
(** One byte, or 0x5b and one more as 0x5bxx. *)

val peek_opcode : t -> int option
(** [None] at the end. *)

val package_length : t -> int
(** PkgLength's plain value, as the lists of fields use it. *)

val package : t -> t
(** The bytes of a package, whose length comes first; this cursor goes on behind them. *)

val rest : t -> string
(** All the bytes left. *)

val string : t -> string
(** Up to a NUL. *)

val segment : t -> string
val name : t -> Path.name

val starts_name : int -> bool
(** Whether a name begins with this byte; no opcode of two bytes does. *)
