(** The calls of a file system by path, for tests: what fails raises with the reason. *)

open Redoxfs

val now : unit -> Node.time
(** Counts seconds from one call to the next. *)

(** Where the environment has ENCRYPTED, all that is made is encrypted, with known keys. *)

val options : Fs.options
val ok : ('a, Reason.t) result -> 'a
val fails : Reason.t -> ('a, Reason.t) result -> unit
val refused : ('a, Reason.t) result -> unit
(** That there is an error. *)

val cipher : Redoxfs_check.cipher option
(** For the check. *)

val cipher_of : Keys.t -> Redoxfs_check.cipher

val fresh : ?blocks:int -> ?encryption:Fs.encryption option -> unit -> Buffer.t
(** The bytes of a device with a new file system. *)

val device : Buffer.t -> Device.t
(** In memory; what is discarded is destroyed. *)

val mount : ?options:Fs.options -> Buffer.t -> Fs.t
val find : Fs.t -> string -> int
(** By path; no link is followed. *)

val place : Fs.t -> string -> Fs.place
val names : Fs.t -> int -> string list
(** In the order in which they are listed. *)

val contents : Fs.t -> int -> string
val create : ?kind:Node.kind -> Fs.t -> string -> int
val write : Fs.t -> int -> ?offset:int -> string -> unit
val add : Fs.t -> string -> string -> unit
(** A file of this path and content. *)
