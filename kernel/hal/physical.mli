(** From physical addresses to the rights to use them. For [kernel/platform] alone, which knows what
    lies where: a driver is given windows and memory, and names no address (tests/boot/objects.sh
    sees to it). *)

(** {1 Registers} *)

type caching =
  | Device  (** each access as it stands, in order *)
  | Write_combining  (** stores may be gathered: framebuffers *)
  | Read_only  (** RAM or ROM, through the caches *)

val registers : address:int -> length:int -> Registers.t option
(** Registers in memory. They stay mapped for good: to be asked for once. [None] when there are no
    addresses, or no memory for page tables. *)

val ports : base:int -> length:int -> Registers.t option
(** I/O ports, of x86 alone. Accesses of 8 bytes raise [Invalid_argument]. [None] when the ports are
    not within 64 KiB, or the machine has none. *)

(** {1 Memory} *)

val allocate : ?below:int -> int -> Dma.t option
(** Zeroed memory of so many bytes, at least, whole pages, aligned to its size rounded up to a power
    of two. [below] is the physical address under which all of it must lie. [None] when there is no
    such piece, or the reserve of the garbage collector would be touched. *)

val release : Dma.t -> unit
(** Gives back what {!allocate} gave, whole, once: no device may use it any more.
    @raise Invalid_argument when it was given back, or is a piece. *)

val window : ?caching:caching -> address:int -> length:int -> unit -> Dma.t option
(** Memory that is a device's own (a framebuffer), mapped for good. [Device] when not said. *)

val read : address:int -> length:int -> string option
(** A copy of firmware's tables, or of what else lies in RAM or ROM. [None] when nothing answers
    there, when it is longer than 16 MiB, or when it could not be mapped. *)
