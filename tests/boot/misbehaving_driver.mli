(** Drivers made to break the rules from within, to see what becomes of their devices' users: at its
    next access to a register the driver's own fiber raises, loops or waits for ever. Drivers know
    nothing of it.

    There is none of it unless the kernel's command line says [misbehave=drivers]. *)

val around : Drivers.Hardware.t -> Drivers.Hardware.t
(** A device whose driver can be made to. To be said of each before it has one. *)

val command : Command.t
(** [misbehave-driver DEVICE raise|loop|block [LIVES]]: the present driver of the device, and as
    many of those that follow that [LIVES] (1) of them do. *)
