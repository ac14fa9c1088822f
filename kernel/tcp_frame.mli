(** Ethernet frames with TCP over IPv4, for tests: their headers, written and read in a device's
    memory. Sources: RFC 791, RFC 9293; RFC 1071 for checksums. *)

val header_bytes : int
(** 54: all three headers, without options. *)

val tcp_at : int
(** 34: where the part begins that TCP's checksum is over. *)

val checksum_at : int
(** 16: from there to the checksum. *)

type t = { stream : int; position : int; length : int }
(** Its ports, its sequence number, its bytes of payload. *)

type sum =
  | Partial  (** of the pseudo header, for a device that does the rest *)
  | Whole

val write : Hal.Dma.t -> int -> mac:string -> t -> sum -> unit
(** Writes the headers at this offset, to all, from [mac]; the payload stands behind them
    already. *)

val read : Hal.Dma.t -> int -> length:int -> t option
(** What stands in a frame whose first [length] bytes begin here. [None]: it is no such frame. *)

val is_right : Hal.Dma.t -> int -> t -> bool
(** Its checksum is whole, and right. The frame is in one piece. *)
