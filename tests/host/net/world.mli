(** A network in memory: hosts with stacks of their own on one Ethernet that loses, repeats,
    reorders and corrupts frames as it is told, in a time that is skipped when nobody has anything
    to do. The same seed gives the same run. *)

open Net

type t
type host

type faults = { drop : float; duplicate : float; reorder : float; corrupt : float }

val clean : faults
val seed : unit -> int
(** The environment's [SEED], else 1. *)

val run : ?seed:int -> ?faults:faults -> ?delay:int -> (t -> 'a) -> 'a
(** Calls the function in a fiber; [delay] is that of a frame, in ns (1 ms).
    @raise Failure when everybody waits for ever. *)

val fork : (unit -> unit) -> unit
(** One more fiber; {!run} ends without it. *)

val host :
  t -> ?config:Control.config -> ?limits:Tcp_table.limits -> ?buffers:int -> ?mtu:int ->
    ?checksums:bool ->
  ?cuts:bool ->
  int ->
  host
(** Number 2 is [10.0.0.2/24], with the MAC address [52:54:00:00:00:02].
    [cuts]: its device cuts large frames of TCP over version 4. *)

val crash : t -> host -> unit
(** It is gone; another of its number may come. *)

val stack : host -> Stack.t
val address : int -> Address.t
val mac : int -> string
val now : t -> int
val sleep : t -> int -> unit
(** So many ns. *)

val large_frames : t -> int
(** That were left to a device to cut. *)

val set_faults : t -> faults -> unit

val frames : t -> int
(** That were sent. *)

val watch : t -> (string -> bool) -> unit
(** Shows each frame that is sent; one for which the function is false is lost. *)

val inject : t -> string -> unit
(** A frame of nobody's, to all hosts, now. *)

val held : host -> int
(** Buffers of its device that were not given back. *)
