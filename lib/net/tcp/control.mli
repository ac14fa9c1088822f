(** The control block of a TCP connection: all that is remembered of it. Its parts' rules are in
    {!Tcp_input}, {!Tcp_output} and {!Tcp_timers}; users see {!Connection}. Source: RFC 9293
    3.3.1.

    Positions are sequence numbers counted without end ({!Sequence}); sizes are in bytes, times in
    ns of one clock, and a time of [max_int] is never. *)

type state =
  | Syn_sent
  | Syn_received
  | Established
  | Fin_wait_1
  | Fin_wait_2
  | Close_wait
  | Closing
  | Last_ack
  | Time_wait
  | Closed

(** How it came to be closed. *)
type ending =
  | Unended
  | Finished  (** both sides had said all *)
  | Refused  (** the peer reset it before it stood *)
  | Reset  (** the peer reset it *)
  | Timed_out  (** the peer does not answer any more *)
  | Aborted  (** by its own user *)
  | Unreachable  (** the network said so, before it stood *)

type config = {
  segment : int;  (** the largest payload that fits into the link's packets, without options *)
  send_limit : int;  (** of what is written and not acknowledged *)
  receive_limit : int;  (** of what has arrived and is not read: the largest window *)
  no_delay : bool;  (** small segments do not wait for acknowledgements (RFC 9293 3.7.4) *)
  keep_alive : int;  (** ask a silent peer after so long; [max_int]: never *)
  quiet : int;  (** how long TIME-WAIT lasts, and FIN-WAIT-2 without a user *)
  attempts : int;  (** timeouts in a row until it has {!Timed_out} *)
  syn_attempts : int;  (** the same of the first segment *)
}

val default : config
(** For links of 1500 bytes and IPv4. *)

type t = {
  mutable config : config;
  mutable source_port : int;
  mutable destination_port : int;
  mutable state : state;
  mutable ending : ending;
  (* Sending. *)
  first : int;  (** SYN's position *)
  mutable una : int;  (** the first that is not acknowledged *)
  mutable nxt : int;  (** the next to be sent *)
  mutable window : int;  (** what the peer takes, from [una] on *)
  mutable largest_window : int;
  mutable window_sequence : int;  (** of the segment that said so *)
  mutable window_answer : int;  (** its acknowledgement *)
  mutable segment : int;  (** the largest payload that both sides take, options not counted *)
  mutable send_scale : int;
  buffer : Send_buffer.t;
  mutable base : int;  (** the position of the buffer's first byte *)
  mutable is_closing : bool;  (** FIN follows what is in the buffer *)
  mutable is_orphan : bool;  (** the user will not read any more *)
  flight : Flight.t;
  round_trip : Round_trip.t;
  congestion : Congestion.t;
  mutable recovery : int;  (** what was sent when the last loss was seen; -1: all is well *)
  mutable is_after_timeout : bool;  (** recovery began with a timeout *)
  mutable tail : int;
      (** what was sent when the last segment was repeated as a probe; -1: that is settled *)
  mutable duplicates : int;  (** acknowledgements in a row that say nothing new *)
  mutable inflation : int;  (** what these show to have left the network, without SACK *)
  mutable tries : int;  (** timeouts in a row *)
  mutable sent_at : int;  (** when data was sent last *)
  mutable latest_round_trip : int;
  (* Receiving. *)
  mutable next : int;  (** the first that has not come *)
  mutable edge : int;  (** behind the window that was advertised *)
  mutable receive_scale : int;
  mutable is_full : bool;  (** text was refused for want of memory: the window is closed *)
  arrivals : Arrivals.t;
  mutable fin_at : int;  (** where the peer's FIN is, when it was seen; [max_int] *)
  mutable has_fin : bool;  (** all before it, too, has come *)
  (* Options. *)
  mutable has_timestamps : bool;
  mutable has_sacks : bool;
  mutable recent : int;  (** the peer's timestamp to echo *)
  mutable recent_at : int;
  mutable answered : int;  (** [next], when it was last told *)
  clock_offset : int;  (** of our timestamps *)
  (* What is due. *)
  mutable syn_due : bool;
  mutable ack_due : bool;
  mutable reset_due : bool;
  mutable probe_due : bool;  (** a segment that goes out whatever the windows say *)
  mutable tail_due : bool;  (** the last segment once more *)
  mutable keep_due : bool;
  mutable unanswered : int;  (** segments with data since the last acknowledgement *)
  (* Deadlines. *)
  mutable resend_at : int;
  mutable late_at : int;  (** RACK: more may be lost by then *)
  mutable tail_at : int;  (** TLP *)
  mutable persist_at : int;
  mutable answer_at : int;  (** a delayed acknowledgement *)
  mutable keep_at : int;
  mutable end_at : int;
  mutable keep_tries : int;
  mutable heard_at : int;
  mutable challenge_at : int;  (** when the present second of challenges began *)
  mutable challenges : int;
  (* What {!Tcp_output.next} asks to be sent. *)
  mutable out_from : int;  (** a position *)
  mutable out_length : int;
  mutable burst : int;  (** how many segments may go out as one, for a device to cut *)
}

val ms : int
(** In ns. *)

val create :
  config ->
  source_port:int ->
  destination_port:int ->
  first:int ->
  clock_offset:int ->
  state ->
  now:int ->
  t

val timestamp : t -> now:int -> int
(** Ours: milliseconds, from an offset that others do not know. *)

val payload_most : t -> int
(** Of one segment, with the options that it would have now. *)

val data_end : t -> int
(** Behind what was written: where FIN goes. *)

val is_fin_sent : t -> bool
val is_fin_acknowledged : t -> bool

val is_synchronized : t -> bool
(** Both know the other's sequence numbers. *)

val receives : t -> bool
(** Data from the peer is taken in this state. *)

val window_left : t -> int
(** What the peer's window still takes. *)

val finish : t -> ending -> unit
(** Closed: nothing is due but what was (a reset), and what was not read stays. *)

val allow_challenge : t -> now:int -> bool
(** Whether one more acknowledgement may answer what is no part of the conversation: five a second
    (RFC 5961 7, and so that two ends do not answer each other for ever). *)
