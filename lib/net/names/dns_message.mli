(** DNS's questions and answers, as far as a resolver of addresses needs them. Sources: RFC 1035
    4, RFC 3596 (AAAA), RFC 2308 (what is not there). *)

type kind = A | Aaaa

type data =
  | Address of Address.t
  | Alias of Dns_name.t  (** CNAME *)
  | Authority of int  (** SOA: for how many seconds it is known that something is not there *)

type record = { name : Dns_name.t; lives : int;  (** seconds *) data : data }

type answer = {
  id : int;
  question : (Dns_name.t * kind) option;  (** when it is one of ours *)
  code : int;  (** 0: no error; 3: there is no such name *)
  is_cut : bool;  (** the rest is to be asked for by TCP *)
  records : record list;
      (** of the answer and authority sections; 64 at most; unknown ones left out *)
}

val query : id:int -> Dns_name.t -> kind -> string
(** Recursion is desired. *)

val read : Octets.t -> at:int -> length:int -> (answer, Error.t) result
(** @return an error for a question. *)
