(** Who a process is: its users and groups (credentials(7)). What {!Fs.Credentials} has are the
    effective ones, and further groups. *)

open Fs

type ids = { real : int; effective : int; saved : int }
type t = { user : ids; group : ids }

val superuser : t

val is_privileged : t -> bool
(** Its effective user is 0. *)

val any : ids -> int list
(** All three. *)

(** {1 Changes}

    What users and groups become by the calls for them. Whoever is [privileged] may take any number,
    others those that they have in part; [EPERM] else. [EINVAL]: it is no number. *)

val set : ids -> privileged:bool -> int -> (ids, Errno.t) result
(** setuid, setgid: all three for the privileged, for others the effective one. *)

val set_two : ids -> privileged:bool -> real:int -> effective:int -> (ids, Errno.t) result
(** setreuid, setregid; -1 keeps one. The saved one follows when the real one is set, or the
    effective one to another than the real one was. *)

val set_three :
  ids -> privileged:bool -> real:int -> effective:int -> saved:int -> (ids, Errno.t) result
(** setresuid, setresgid; -1 keeps one. *)
