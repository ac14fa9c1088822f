(** Small settings of a process, most of them prctl's: numbers that few processes change. *)

type t

val subreaper : t
(** 1: adopts its descendants' orphans. *)

val death_signal : t
(** The signal that it gets when its parent ends; 0: none. *)

val dumpable : t
(** 0: others may not look into it, until it executes a program. *)

val no_new_privileges : t
val timer_slack : t
(** Nanoseconds; told, without effect. *)

val nice : t
(** From -20 to 19; told, without effect. *)

val memory_score : t
(** [oom_score_adj], from -1000 to 1000; told, without effect. *)

val get : Process.t -> t -> int
val set : Process.t -> t -> int -> unit

val reset : Process.t -> t -> unit
(** As it was at first. *)

val inherit_all : Process.t -> from:Process.t -> unit
(** A new child's are its parent's, but for {!subreaper} and {!death_signal}. *)
