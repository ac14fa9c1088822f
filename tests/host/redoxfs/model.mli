(** What a file system should be, in memory: immutable, and as simple as can be. *)

open Redoxfs

type t

module Names : Map.S with type key = string

val empty : t
(** The root directory alone. *)

type kind = File of string | Directory of int Names.t | Link of string
type node = { kind : kind; links : int; permissions : int; users : int  (** who have it open *) }

val node : t -> int -> node option
val ids : t -> int list

(** {1 Operations}

    Each as in {!Fs}; the errors are the same. [create] is told the id that the file system chose.
    *)

type 'a result = ('a, Reason.t) Stdlib.result

val lookup : t -> directory:int -> string -> int result
val create : t -> directory:int -> string -> kind -> permissions:int -> (int -> t) result
val link : t -> int -> directory:int -> string -> t result
val unlink : t -> directory:int -> string -> t result
val remove_directory : t -> directory:int -> string -> t result
val rename : t -> replace:bool -> Fs.place -> Fs.place -> t result
val write : t -> int -> offset:int -> string -> t result
val truncate : t -> int -> size:int -> t result
val set_permissions : t -> int -> int -> t result
val open_node : t -> int -> t result
val close_node : t -> int -> t

val closed : t -> t
(** As it is after a mount: nobody has anything open. *)

(** {1 Comparing} *)

val same : t -> Fs.t -> (unit, string) Stdlib.result
(** Every directory, file and link; or what is different. Nodes that have no name are not compared.
    *)
