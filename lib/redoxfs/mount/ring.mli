(** The header ring of a device. *)

type t = {
  base : int;  (** where it is on the device *)
  headers : (Header.t * Block.t) list;
      (** those that are whole and in their slot, newest first, with the blocks that they were in *)
}

val read : Device.t -> base:int -> (t, Reason.t) result
(** The ring at this block. One read. *)

val find : Device.t -> (t, Reason.t) result
(** The first ring that begins among the device's first 65,536 blocks: after a boot loader, say. *)

val clear : Device.t -> base:int -> (unit, Reason.t) result
(** No header is left, of any file system; flushed. *)

val set_key_slots :
  Device.t -> base:int -> newest:int -> Keys.t -> Key_slots.t -> (unit, Reason.t) result
(** All headers but the one of this generation get these key slots, as far as these keys open them;
    whatever else is in the ring is cleared. Flushed. *)
