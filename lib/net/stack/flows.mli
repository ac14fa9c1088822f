(** A table of what belongs to a flow: both addresses and both ports. It grows with its contents,
    and who does not know the hash's key cannot fill one chain ({!Flow_hash}). *)

type 'a t

val create : Flow_hash.t -> 'a t
val count : 'a t -> int

val find :
  'a t -> local:Address.t -> remote:Address.t -> local_port:int -> remote_port:int -> 'a option

val add :
  'a t -> local:Address.t -> remote:Address.t -> local_port:int -> remote_port:int -> 'a -> unit
(** There is none of this flow. *)

val remove :
  'a t -> local:Address.t -> remote:Address.t -> local_port:int -> remote_port:int -> unit
val iter : ('a -> unit) -> 'a t -> unit
