(** Loading a program: its file into a fresh memory, with its first stack. *)

open Fs

type t = { memory : Memory.t; image : Process.image; pc : int; sp : int }

val load :
  Walk.t ->
  Identity.t ->
  ?start:Mounts.place ->
  frames:int ->
  stack_bytes:int ->
  path:string ->
  arguments:string list ->
  environment:string list ->
  unit ->
  (t, Errno.t) result
(** Scripts are followed to their interpreters, five deep, and a program that asks for an
    interpreter gets it. The memory has one holder. *)
