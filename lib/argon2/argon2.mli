(** Argon2id, version 0x13: makes a key of a password, slowly and with much memory on purpose, so
    that trying many passwords costs much, on any machine.

    Source: RFC 9106. One core does the work, whatever the number of lanes. *)

type cost = {
  kibibytes : int;  (** of memory, at least 8 for each lane *)
  passes : int;  (** over all of it *)
  lanes : int;  (** that may be filled at the same time by who has the cores for it *)
}

val id :
  ?secret:string ->
  ?associated:string ->
  cost ->
  password:string ->
  salt:string ->
  length:int ->
  string
(** So many bytes. The salt should be random, 16 bytes; the secret and the associated data are mixed
    in as well, and are empty without. The domain is left to others meanwhile; the memory is zeroed
    at the end.

    @raise Invalid_argument for a cost or length below what RFC 9106, 3.1 allows (a length of 4).
    @raise Out_of_memory when there is not so much. *)
