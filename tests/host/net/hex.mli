(** Bytes in tests, as text: pairs of hexadecimal digits, with spaces where one likes. *)

val bytes : string -> string
val octets : string -> Octets.t
val show : string -> string

val equal : string -> string -> string -> unit
(** [equal what found wanted]: both are bytes, [wanted] in hexadecimal. *)

val error : string -> (_, Net.Error.t) result -> string -> unit
(** [error what result wanted]: it is an error, printed so. *)

val ok : string -> (unit, Net.Error.t) result -> unit
val int : string -> int -> int -> unit
(** [int what found wanted]. *)

val text : string -> string -> string -> unit
