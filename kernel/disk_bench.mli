(** What a request to a disk costs. *)

type figure = {
  depth : int;  (** requests outstanding *)
  requests : int;
  cost : Busy.t;  (** of all requests *)
}

val read : Drivers.Block.t -> depth:int -> requests:int -> (figure, string) result
(** Reads blocks of 4 KiB at random, each asked for when another was answered. *)

val to_json : Drivers.Block.t -> figure -> string
(** One line. *)
