(** Looking up names: a resolver that asks servers which do the rest, and remembers. Sources: RFC
    1034 5.3.1, RFC 1035 7, RFC 5452 (answers that are forged: each question has an id and a port
    that cannot be guessed, and an answer must come from the server and repeat the question), RFC
    7766 (TCP when an answer is cut). *)

type t

type error =
  | No_such_name
  | No_addresses  (** of that kind *)
  | No_server  (** is known *)
  | No_answer
  | Failed of int  (** the server's code *)
  | Bad_name

val pp_error : Format.formatter -> error -> unit
val create : Stack.t -> t
val set_servers : t -> Address.t list -> unit
(** In order; those that were cached before stay. *)

val servers : t -> Address.t list

val lookup : t -> Dns_message.kind -> string -> (Address.t list, error) result
(** What is an address already is taken as it is. *)

val cache : t -> Dns_cache.t
