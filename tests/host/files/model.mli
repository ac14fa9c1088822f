(** What a file system should be, for user 0 alone: immutable, and as simple as can be. Paths are
    lists of names; there are no links to follow. *)

open Fs

type t

val empty : t

type path = string list
type 'a answer = ('a, Errno.t) result

val make : t -> path -> t answer
(** An empty file *)

val mkdir : t -> path -> t answer
val link : t -> path -> path -> t answer
val unlink : t -> path -> t answer
val rmdir : t -> path -> t answer
val rename : t -> path -> path -> Node.how -> t answer
val write : t -> path -> at:int -> string -> t answer
val cut : t -> path -> int -> t answer
val read : t -> path -> string answer
val names : t -> path -> string list answer
(** In order. *)

val links : t -> path -> int answer
