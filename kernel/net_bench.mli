(** What a frame costs, from who sends it to who receives it. *)

type figure = {
  bytes : int;
  depth : int;  (** frames on their way *)
  frames : int;
  cost : Busy.t;  (** of all frames, each sent by one interface and received by the other *)
}

val run :
  bytes:int ->
  depth:int ->
  frames:int ->
  from:Drivers.Network.t ->
  into:Drivers.Network.t ->
  (figure, string) result
(** Sends as many as are on their way at most, waits until they have arrived, and so on. Nobody
    looks into them. *)

val to_json : Drivers.Network.t -> figure -> string
(** One line. *)
