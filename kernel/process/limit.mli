(** What a process may have: Linux's resource limits, by their numbers there
    (include/uapi/asm-generic/resource.h), for {!Process.limit}. *)

val time : int
(** Seconds of user mode; for what happens then see {!Process_timers}. *)

val file_size : int
val stack : int
val core : int
val processes : int
val files : int
val address_space : int
val pending_signals : int

val count : int
(** Numbers are below. *)

val infinite : int

val first : unit -> Process.limit array
(** Of a process without a parent. *)

val frames : unit -> int
(** The most frames of memory that any process may have: all of the machine's. *)
