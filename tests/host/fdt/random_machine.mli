(** Trees at random that speak of machines: buses, interrupts, memory, in the right words and with
    numbers that fit together now and then. *)

val make : Random.State.t -> Flat.node
