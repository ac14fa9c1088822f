(** What DNS said, for as long as it said. At most {!limit} names; the one that ends first goes
    first. Times in ns. Sources: RFC 1035 7.4, RFC 2308 5 (what is not there), RFC 8767 4 for the
    longest time. *)

type t

val limit : int
val create : unit -> t

val find : t -> now:int -> Dns_name.t -> Dns_message.kind -> Address.t list option
(** [Some \[\]]: it is known that there are none. *)

val add : t -> now:int -> Dns_name.t -> Dns_message.kind -> Address.t list -> seconds:int -> unit
(** For a day at most, and five minutes when there are none. *)

val count : t -> int
