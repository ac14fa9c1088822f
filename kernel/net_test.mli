(** Frames sent on one interface, received on another (or on the same, when a peer sends back what
    it gets with the addresses exchanged), and verified. *)

type result = {
  frames : int;  (** all of them arrived, as they were sent *)
  bytes : int;  (** of each *)
  repeated : int;  (** sent again, as they had not arrived within a while *)
  twice : int;  (** arrived more than once *)
  foreign : int;  (** what arrived and was not of this test *)
  elapsed_ns : int;
}

val least_bytes : int
(** 64, what Ethernet's frames have at least, with the check sequence that is not counted here. *)

val run :
  ?frames:int ->
  ?window:int ->
  bytes:int ->
  from:Drivers.Network.t ->
  into:Drivers.Network.t ->
  unit ->
  (result, string) Stdlib.result
(** Sends so many frames (4096 when not said), on all queues of [from], [window] (64) of which may
    be on their way at once. The error says what arrived wrong, or that nothing arrives any more. *)
