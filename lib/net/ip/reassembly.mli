(** Fragments of either version of IP, until their packets are whole. Sources: RFC 791 3.2, RFC
    815, RFC 8200 4.5; RFC 5722 and RFC 8900 3: what overlaps is no honest packet, and all of it
    is dropped.

    Limits: {!limit} packets at once, {!most_bytes} together, {!most_fragments} for each; the
    oldest goes first. A packet whose fragments take longer than 30 s is given up. *)

type t

val limit : int
val most_bytes : int
val most_fragments : int
val create : unit -> t

type key = {
  source : Address.t;
  destination : Address.t;
  identification : int;
  protocol : int;  (** 0 for version 6, where it does not count *)
}

val add :
  t ->
  now:int ->
  key ->
  offset:int ->
  more:bool ->
  header:string ->
  Packet.t ->
  (string * Packet.t) option
(** A fragment's payload, which begins at [offset] of the whole. Takes it. Once all are there: the
    [header] that came with the first, and the payload of the whole. *)

val deadline : t -> int

val expire : t -> now:int -> (string -> Packet.t -> unit) -> unit
(** Gives up what is too old. For those whose first fragment has come, the function is told its
    header and payload (RFC 792, RFC 8200 4.5: time exceeded); it does not keep the packet. *)

val bytes : t -> int
val count : t -> int
