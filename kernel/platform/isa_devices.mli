(** What PCs have at fixed ports since long before anything described them: the clock and the
    keyboard controller. For machines without a description; each is listed if it answers. *)

val find : unit -> Drivers.Hardware.t list
(** None on machines without ports. *)
