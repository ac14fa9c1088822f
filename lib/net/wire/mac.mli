(** MAC addresses, as strings of 6 bytes. Source: IEEE 802, 8.2. *)

val broadcast : string
val is_group : string -> bool
(** Of several stations: its first bit on the wire is set. *)

val pp : Format.formatter -> string -> unit
(** [52:54:00:12:34:56]. *)
