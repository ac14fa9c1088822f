(** What a request to a disk costs. *)

type figure = {
  depth : int;  (** requests outstanding *)
  requests : int;
  busy_ns : int;
      (** of all cores together, without their idling; instructions on one core under [-icount
          shift=0] *)
  elapsed_ns : int;
  interrupts : int;
}

val read : Drivers.Block.t -> depth:int -> requests:int -> (figure, string) result
(** Reads blocks of 4 KiB at random, each asked for when another was answered. *)

val to_json : Drivers.Block.t -> figure -> string
(** One line. *)
