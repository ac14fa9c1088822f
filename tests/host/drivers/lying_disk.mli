(** Tests that every disk's driver passes, over a device that is played and lies: it goes on, or
    ends with an error of its own that says what the device did; nobody waits for ever, and once the
    device is honest all is well again. *)

type 'lies t = {
  hardware : Drivers.Hardware.t;
  driver : Drivers.Driver.t;
  lies : 'lies;
  be_honest : unit -> unit;
  answers : bool -> unit;  (** whether it does what it is asked to *)
  contents : bytes;
  trespasses : unit -> string list;  (** {!Reach.trespasses} *)
}

val sectors : int
(** That the disk must have: 256. *)

val test : (string -> 'lies t) -> string -> ('lies t -> Drivers.Supervisor.t -> unit) -> unit
(** [test make name f]: [f] is given a disk of a new name that has its driver. Afterwards nothing of
    the driver's is left: memory, lines, messages. *)

val honest : 'lies t -> Drivers.Supervisor.t -> unit
(** It reads, writes and flushes. *)

val killed : 'lies t -> Drivers.Supervisor.t -> unit
(** Again and again: everything is answered. *)

val lie :
  ?at_start:bool ->
  ?may_fail:bool ->
  says:string ->
  ('lies -> unit) ->
  'lies t ->
  Drivers.Supervisor.t ->
  unit
(** The lie is told from when the disk runs, or from when it starts. The driver ends, and says this
    ({!Ends.await}). What was asked meanwhile is answered in the end, and rightly; or, with
    [may_fail], with an error. *)

val harmless : ('lies -> unit) -> 'lies t -> Drivers.Supervisor.t -> unit
(** The lie changes nothing. *)

val no_disk : ('lies -> unit) -> 'lies t -> Drivers.Supervisor.t -> unit
(** The lie, told as it starts, leaves no disk: the one that there was is gone for who asks, until
    the device is honest. *)

val keeps_memory : (string -> 'lies t) -> ('lies -> unit) -> unit -> unit
(** A device of which the lie says that its reset never ends, and that nothing cuts off, keeps its
    memory: it may still use it. *)

val fuzz :
  string ->
  (Random_lies.input -> string -> 'lies t) ->
  (Random_lies.input -> 'lies -> bool) ->
  unit
(** Lies at random, of a disk that may depend on the input. The function tells one, and says whether
    the device still has done what it says that it has: as long as it has, what is read is right,
    and it reaches what is the driver's alone. *)
