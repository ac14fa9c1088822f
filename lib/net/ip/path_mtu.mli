(** How large packets may be on the way to whom. Sources: RFC 1191, RFC 8201: what a router said is
    believed for ten minutes. At most {!limit} destinations; the oldest goes first. *)

type t

val limit : int
val create : unit -> t

val find : t -> now:int -> link:int -> Address.t -> int
(** Bytes, IP's header included; [link] when nothing is known. *)

val told : t -> now:int -> link:int -> Address.t -> int -> bool
(** A router's word: whether it makes packets smaller. Less than 576 bytes of version 4, and 1280 of
    version 6, is taken as that much. *)
