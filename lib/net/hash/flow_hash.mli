(** Where in a table a flow is found: a hash that others cannot make collide, as they do not know
    its key. Multilinear: each 16-bit number times a secret one of its own. Source: J. L. Carter,
    M. N. Wegman, "Universal classes of hash functions", 1979. *)

type t

val create : (unit -> int) -> t
(** From a source of random numbers of 30 bits. *)

val hash :
  t -> local:Address.t -> remote:Address.t -> local_port:int -> remote_port:int -> int
(** Not negative. *)
