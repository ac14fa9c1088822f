(** The driver's side of a {!Port} where each request is done at once: a fiber that takes one, does
    it, and answers. *)

val serve :
  Device.t -> core:int -> Sched.Bell.t -> Port.driver -> words:int -> (int array -> int) -> unit
(** Spawns it. The function is given each request's words, and has the answer's bits above the tag
    ({!Requests}). It may wait, also at the bell. *)
