(** Waiting for children: until one ends, is stopped or goes on. *)

open Fs
open Process

type whom = Any | Pid of int | Group of int | One of Process.t

type kind = Every | Plain  (** whose end is told by SIGCHLD *) | Clones  (** others *)

type event = Has_ended of status | Has_stopped of Signal.t | Goes_on

type found = { child : Process.t; event : event; uid : int; run_ns : int }

val wait :
  thread ->
  whom ->
  kind:kind ->
  ended:bool ->
  stopped:bool ->
  goes_on:bool ->
  reap:bool ->
  Patience.t ->
  (found option, Errno.t) result
(** [None] when there is none and it does not wait. [ECHILD], [EINTR] *)
