(** The header ring of a device. *)

val headers : Device.t -> base:int -> ((Header.t * Block.t) list, Reason.t) result
(** Those of the ring at this block that are whole and in their slot, newest first, with the blocks
    that they were read from. One read. *)

val find : Device.t -> (int, Reason.t) result
(** Where a ring begins, among the device's first 65,536 blocks: after a boot loader, say. *)

val clear : Device.t -> base:int -> (unit, Reason.t) result
(** No header is left, of any file system; flushed. *)
