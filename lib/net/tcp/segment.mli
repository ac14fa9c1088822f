(** TCP's segments: what a header says, read into one record that is used again and again, and
    written from one. Sources: RFC 9293 3.1, 3.2; RFC 7323 2, 3 (window scaling, timestamps); RFC
    2018 2, 3 (selective acknowledgements). *)

type t = {
  mutable source_port : int;
  mutable destination_port : int;
  mutable sequence : int;  (** 32 bits, of the first byte or of SYN *)
  mutable acknowledgement : int;
  mutable flags : int;
  mutable window : int;  (** as it stands there: 16 bits, not scaled *)
  mutable payload : int;  (** where it begins, from the header's beginning *)
  mutable length : int;  (** of the payload *)
  mutable segment_size : int;  (** the option's; 0 without it *)
  mutable scale : int;  (** -1 without the option; 14 at most *)
  mutable may_sack : bool;
  mutable has_timestamp : bool;
  mutable timestamp : int;
  mutable echo : int;
  mutable sacks : int;  (** how many blocks *)
  sack : int array;  (** first and end of each: eight numbers *)
}

val create : unit -> t

val clear : t -> unit
(** No flags, options or payload. *)

(** {1 Flags} *)

val fin : int
val syn : int
val rst : int
val psh : int
val ack : int
val has : t -> int -> bool

(** {1 Reading} *)

val header_bytes : int
(** 20: without options. *)

val check :
  Octets.t ->
  at:int ->
  length:int ->
  source:Address.t ->
  destination:Address.t ->
  (unit, Error.t) result
(** The checksum is right, with its pseudo header. *)

val read : t -> Octets.t -> at:int -> length:int -> (unit, Error.t) result
(** Sets all of the record. An option whose length is not what it should be is passed over; one that
    does not end within the header ends the options. Allocates nothing when all is well. *)

(** {1 Writing} *)

val options_bytes : t -> int
(** What the options take, padded to a multiple of four: up to 40. *)

val write : t -> Octets.t -> int -> unit
(** Writes header and options; the checksum is 0, [payload] is set. *)

val finish : Octets.t -> at:int -> length:int -> source:Address.t -> destination:Address.t -> unit
(** Puts in the checksum of header and payload, so many bytes. *)

val checksum_at : int
(** 16: where the checksum stands. *)

val pseudo : source:Address.t -> destination:Address.t -> length:int -> int
(** The pseudo header's sum, folded: what a device that does the rest finds there. *)

val pp : Format.formatter -> t -> unit
(** [1025 > 80 SYN seq 1 win 65535 mss 1460 ...]. *)
