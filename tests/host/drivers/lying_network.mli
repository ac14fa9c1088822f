(** Tests that every network interface's driver passes, over a device that is played, sends what it
    is given back to us, and lies: the driver goes on, or ends with an error of its own that says
    what the device did, and once the device is honest all is well again. *)

type 'lies t = {
  hardware : Drivers.Hardware.t;
  driver : Drivers.Driver.t;
  lies : 'lies;
  be_honest : unit -> unit;
  trespasses : unit -> string list;  (** {!Reach.trespasses} *)
}

val test : (string -> 'lies t) -> string -> ('lies t -> Drivers.Supervisor.t -> unit) -> unit
(** [test make name f]: [f] is given an interface of a new name that has its driver. Afterwards
    nothing of the driver's is left: no line and no message. *)

val honest : 'lies t -> Drivers.Supervisor.t -> unit
(** Frames of all sizes come back as they were sent. *)

val killed : 'lies t -> Drivers.Supervisor.t -> unit
(** Again and again: frames come back all the same. *)

val lie :
  ?at_start:bool -> says:string -> ('lies -> unit) -> 'lies t -> Drivers.Supervisor.t -> unit
(** The lie is told from when the interface runs, or from when it starts. The driver ends, and says
    this ({!Ends.await}), and an honest device's frames come back again. *)

val harmless : ('lies -> unit) -> 'lies t -> Drivers.Supervisor.t -> unit
(** The lie may cost frames, and ends no driver. *)

val fuzz :
  string ->
  (Random_lies.input -> string -> 'lies t) ->
  (Random_lies.input -> 'lies -> bool) ->
  unit
(** Lies at random, of a device that may depend on the input. The function tells one, and says
    whether the device still has done what it says that it has. *)
