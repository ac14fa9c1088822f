(** Bytes for tests: little-endian numbers, and tables with the right length and checksum. *)

val u8 : int -> string
val u16 : int -> string
val u32 : int -> string
val u64 : int -> string
val zeros : int -> string

val text : int -> string -> string
(** A text padded with spaces to that size. *)

val gas : ?space:int -> ?width:int -> int -> string
(** A Generic Address Structure; memory, 32 bits. *)

val set : string -> int -> string -> string
(** [set bytes at part]: the bytes with a part replaced. *)

val sum : string -> at:int -> string
(** The byte at [at] set so that all sum to zero. *)

val table : ?revision:int -> string -> string list -> string
(** A table of this signature with these parts after its header. *)

val rsdp : ?revision:int -> ?rsdt:int -> ?xsdt:int -> unit -> string
(** A root pointer, extended when the revision (2) asks for it. *)

type memory = (int * string) list
(** Addresses, each with the bytes that stand there. *)

val read : memory -> address:int -> length:int -> (string, unit) result

val machine : ?dsdt:string -> (int -> string) list -> memory
(** A root pointer at 0x1000, its XSDT, and the tables (from 0x10000 on, a page apart), each made
    for the address that it gets; the FADT names the DSDT, which is the empty one if not given. *)
