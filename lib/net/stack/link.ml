type t = {
  mac : string;
  mtu : int;
  headroom : int;
  checksums : bool;
  take : headroom:int -> Packet.t option;
  take_large : (headroom:int -> Packet.t option) option;
  transmit : Packet.t -> unit;
  is_scarce : unit -> bool;
}

(* Ethernet's, IPv6's with a fragment's, and TCP's with all options: 14 + 48 + 60. *)
let headroom = 124
