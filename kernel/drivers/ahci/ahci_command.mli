(** Commands of ATA, as they stand in a slot's table of AHCI. Sources: Serial ATA AHCI 1.3.1,
    section 4.2.3; ATA/ATAPI Command Set 4 (ACS-4), section 7.

    Each writes the whole frame at [at] of a port's {!Ahci_port.table}. *)

val identify : Hal.Dma.t -> at:int -> unit
val flush : Hal.Dma.t -> at:int -> unit
val read_queue_errors : Hal.Dma.t -> at:int -> unit
(** Log page 10h: 512 bytes, the first of which is the tag of the queued command that failed, with
    bit 7 set when it was none. *)

val transfer : Hal.Dma.t -> at:int -> write:bool -> block:int -> blocks:int -> unit
(** [blocks]: up to 65536. *)

val queued_transfer :
  Hal.Dma.t -> at:int -> write:bool -> tag:int -> block:int -> blocks:int -> unit

val trim : Hal.Dma.t -> at:int -> unit
(** With 512 bytes of {!set_ranges}. *)

val trim_max : int
(** Blocks that one may name. *)

(** {1 Memory} *)

val region_bytes_max : int
(** Of one region: 4 MiB. *)

val regions_max : int
(** 8. *)

val set_regions : Hal.Dma.t -> at:int -> address:int -> bytes:int -> int
(** Tells where the command's memory is, in so many regions. *)

val parameters : int
(** Where in the slot 512 bytes are for what a command says in memory. *)

val set_ranges : Hal.Dma.t -> at:int -> block:int -> blocks:int -> unit
(** The parameters of {!trim}. *)
