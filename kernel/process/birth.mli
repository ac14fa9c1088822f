(** How processes and threads come into being: the first of a family, and clone, of which fork and
    vfork are forms.

    A new thread shares with its maker what the request says, and has copies of the rest. *)

open Fs
open Process

val first :
  name:string -> files:Descriptors.t -> view:Walk.t -> (Process.t * thread, Errno.t) result
(** A process without a parent, in a session and group of its own, with an empty memory: {!Exec}
    gives it a program. *)

val start : thread -> unit
(** Its fiber begins, of the local scheduler. *)

val body : (thread -> unit) ref
(** What a thread's fiber does: {!Run}. *)

type sharing = {
  memory : bool;
  files : bool;
  place : bool;  (** working directory, root, umask *)
  actions : bool;
  thread : bool;
  untraced_parent : bool;  (** the caller's parent is the child's *)
  waits : bool;  (** the caller waits until the child's memory is its own (vfork) *)
}

type request = {
  sharing : sharing;
  sp : int option;
  thread_pointer : int option;
  parent_tid : int option;  (** where the number is written, in the caller's memory *)
  child_tid : int option;  (** and in the child's *)
  clear_tid : int;  (** what is zeroed and woken when the thread ends; 0: nothing *)
  exit_signal : int;
  before : unit -> (Process.t option -> unit, Errno.t) result;
      (** what the caller does before there is a new process, which is not made after an error; it
          is told who that is, or that there is none *)
}

val clone : thread -> request -> (int, Errno.t) result
