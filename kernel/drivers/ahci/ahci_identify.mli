(** What an ATA disk says of itself. Source: ATA/ATAPI Command Set 4 (ACS-4), section 7.13.6. *)

type t = {
  serial : string;
  blocks : int;
  block_sectors : int;  (** of 512 bytes *)
  queue_depth : int;  (** 0: it has no queue of its own *)
  has_cache : bool;
  has_trim : bool;
}

val parse : Hal.Dma.t -> at:int -> (t, string) result
(** Of 512 bytes. [Error]: why we cannot use it. *)
