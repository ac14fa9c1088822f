(** The framebuffer that the loader set up, as a device ({!Drivers.Framebuffer}). *)

val find : unit -> (Drivers.Hardware.t option, string) result
(** The error says why there is one that cannot be used. *)
