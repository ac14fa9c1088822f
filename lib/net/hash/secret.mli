(** Numbers that must not be guessed by who is not on the path, and need not be remembered. Sources:
    RFC 6528 (sequence numbers), RFC 6056 3.3.3 (ports), RFC 7323 5.4, 7.1 (timestamps). *)

type t

type flow = { local : Address.t; remote : Address.t; local_port : int; remote_port : int }

val create : (unit -> int) -> t
(** From a source of random numbers of 30 bits. *)

val first_sequence : t -> now:int -> flow -> int
(** Grows by one each 4 us, so that no two connections of a flow have the same. *)

val clock_offset : t -> flow -> int
val port_offset : t -> local:Address.t -> remote:Address.t -> remote_port:int -> int

(** {1 SYN cookies}

    A sequence number that says what a connection was asked for, when it was not remembered. Source:
    RFC 4987 3.6, A. *)

val cookie : t -> now:int -> flow -> peer_first:int -> segment:int -> int
(** [peer_first]: the sequence number of the peer's SYN; [segment]: its largest segment. *)

val check_cookie : t -> now:int -> flow -> peer_first:int -> int -> int option
(** The largest segment, one of four and not larger than the peer's; [None]: it is no cookie of
    ours, or older than two minutes. *)
