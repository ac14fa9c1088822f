(** Memory that a device reads and writes: one piece, of consecutive physical addresses, that stays
    where it is. It comes from {!Physical}, zeroed.

    Numbers are little-endian, as devices have them. Offsets are in bytes, and need no alignment for
    the processor; a device may ask for some.

    All raise [Invalid_argument] for what is not within the memory. Memory that was given back has
    length 0. *)

type t

val address : t -> int
(** What the device is told. *)

val length : t -> int
val get8 : t -> int -> int
val get16 : t -> int -> int
val get32 : t -> int -> int

val get64 : t -> int -> int
(** Without the top bit. *)

val set8 : t -> int -> int -> unit
val set16 : t -> int -> int -> unit
val set32 : t -> int -> int -> unit
val set64 : t -> int -> int -> unit

val sub : t -> offset:int -> length:int -> t
(** A piece of the same memory, forgotten with the whole, which remembers it: to be made once, not
    for each request, and by one fiber. *)

(** {1 Many bytes} *)

val fill : t -> offset:int -> length:int -> char -> unit
val blit : t -> int -> t -> int -> int -> unit
(** [blit source offset destination offset length], as [Bytes.blit]; they may overlap. *)

val blit_of_bytes : bytes -> int -> t -> int -> int -> unit
val blit_to_bytes : t -> int -> bytes -> int -> int -> unit
val to_string : t -> offset:int -> length:int -> string

(** {1 Order}

    Between stores and loads of memory that the device uses at the same time. Register accesses
    order themselves ({!Registers}). *)

val write_barrier : unit -> unit
(** What was stored before is visible to the device before what is stored after. *)

val read_barrier : unit -> unit
(** What is loaded after is not older than what was loaded before. *)

val barrier : unit -> unit
(** Stores before, loads after: the device sees the stores before the loads are made. *)

(** {1 What stands behind one} *)

type memory = Machine.contents

val make : address:int -> memory -> t
val is_whole : t -> bool
(** It is no piece. *)

val forget : t -> unit
(** Its length, and that of its pieces, is 0 from now on. *)
