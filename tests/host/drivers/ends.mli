(** How lives of drivers end, for tests of devices that lie. *)

val reason : Drivers.Supervisor.t -> string
(** Why the last one failed that did; empty when none has. *)

val await : Drivers.Supervisor.t -> be_honest:(unit -> unit) -> says:string -> unit
(** Waits until one has failed, and makes the device honest.
    @raise Failure when it did not say this, or what begins or ends so, where [says] ends or begins
    with ["..."]. *)

val again : Drivers.Supervisor.t -> unit
(** Has another life begin, and waits until it runs. *)

val recorded : (unit -> unit) -> unit
(** Calls the function. A lie is no reason to raise what looks like a fault of our own: no life that
    fails meanwhile may say that it raised.
    @raise Failure when one did. *)
