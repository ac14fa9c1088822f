(** The machine's devices and their drivers. *)

val start :
  ?around:(Drivers.Hardware.t -> Drivers.Hardware.t) -> Drivers.Driver.t list -> unit
(** Discovers the machine, and supervises a driver on each device that one matches: the first of the
    list. Waits until they have settled, or two seconds. Once, in a fiber. [around]: what drivers
    have in place of a device (tests). *)

val machine : unit -> Platform.Machine.t
(** What was discovered; discovers first if need be. *)

val supervisors : unit -> Drivers.Supervisor.t list
val find : string -> Drivers.Supervisor.t option
(** By device, or by the name of what it is to others: ["pci 00:02.0"], ["00:02.0"], ["disk0"]. *)
