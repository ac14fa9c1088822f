(** What tests beside Linux share: the same done to ours and to Linux's, and the answers compared.
    *)

open Fs

val seed : int

val random : string -> int -> (Random.State.t -> unit) -> unit
(** [random name runs body]: a test of so many runs, each in a fiber and with its own random state;
    a failure says which. *)

val alone : string -> (unit -> unit) -> unit
(** A test that needs nothing random, in a fiber. *)

val spawn : (unit -> 'a) -> 'a Picos.Computation.t
(** In a fiber of its own. *)

val code : (int, Errno.t) result -> int
(** As Linux's: negative numbers for errors. *)

val same : string -> linux:int -> int -> unit
(** That both gave the same. *)

val done_ : ('a, Errno.t) result -> 'a
(** That it succeeded. *)

val fails : string -> Errno.t -> ('a, Errno.t) result -> unit

val text : Random.State.t -> int -> string
(** So many random bytes. *)

val pick : Random.State.t -> 'a array -> 'a

(** {1 Files} *)

val new_pipe : unit -> File.t * File.t
val nonblocking : File.t -> unit
val write : File.t -> string -> int
val read : File.t -> int -> int * string

val all_bits : int
(** What is asked of poll. *)

val same_readiness : string -> linux:int -> File.t -> unit
(** What poll says of that descriptor is what ours says. *)

val same_write : string -> linux:int -> File.t -> string -> unit
val same_read : string -> linux:int -> File.t -> int -> unit
