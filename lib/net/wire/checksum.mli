(** The checksum of IPv4, ICMP, UDP and TCP: the complement of the ones' complement sum of 16-bit
    numbers. Sources: RFC 1071; RFC 1624 for {!update}; RFC 9293 3.1 and RFC 8200 8.1 for pseudo
    headers.

    A sum here is any number whose 16-bit pieces added up with their carries are it, so sums are
    simply added. *)

val fold : int -> int
(** The sum within 16 bits. *)

val finish : int -> int
(** What goes into the field: the complement of the sum of all else. *)

val is_right : int -> bool
(** Of a sum that its own field was part of. *)

val pseudo : source:Address.t -> destination:Address.t -> protocol:int -> length:int -> int
(** The sum of the pseudo header of either version of IP; [length] counts the transport's header and
    its payload. Both addresses are of one version. *)

val update : int -> was:int -> is:int -> int
(** The field's new value, when one 16-bit number that it covers changes. *)
