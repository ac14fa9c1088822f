(** A connection's deadlines. Sources: RFC 6298 5, RFC 8985 6.3, 7.3, RFC 9293 3.8.4, 3.8.6.1,
    3.10.8. *)

val next : Control.t -> int
(** The earliest; [max_int] when there is none. *)

val expire : Control.t -> now:int -> unit
(** Does what those that have passed ask for; {!Tcp_output.next} then has the segments. *)
