(** What a transfer through a ring costs, on one core: push and pop of batches of 16 items. *)

type figure = {
  what : string;
  ns_per_item : float;
      (** instructions, when QEMU runs with one core and [-icount shift=0]; else no figure at all *)
  right : bool;  (** every word came out as it went in *)
}

val measure : unit -> figure list
