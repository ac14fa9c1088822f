(** What tests do with files and terminals, each with what it gives, or the name of its error. *)

open Fs

val test : string -> (unit -> unit) -> unit
(** In a fiber, with time that is skipped. *)

val spawn : (unit -> 'a) -> 'a Picos.Computation.t
val same : string -> string -> string -> unit
val node : Node.t
val both : Node.flags
val blocking : File.status
val nonblocking : File.status

val read : ?patience:Patience.t -> File.t -> int -> string
val write : ?patience:Patience.t -> File.t -> string -> string
val typed : Terminal.t -> string -> string
val shown : Terminal.t -> string

val control : File.t -> int -> string -> string
(** [control file number given]: what the bytes are afterwards, or the error. *)

val bits : File.t -> string
(** [r], [w], [e] and [h] for what it is ready for. *)

val number : int -> string
(** Four bytes, little-endian. *)
