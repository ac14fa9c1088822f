(** Timers of processes: interval timers, alarm and POSIX timers. Times are nanoseconds of the
    timer's clock. *)

type t

val create : now:(unit -> int) -> (int -> unit) -> t
(** One that is not set, of a clock that may stand still at times, as a process's does. The function
    is called, in a fiber, each time it comes, with how many times came at once. *)

type setting = { after : int;  (** until it comes; 0: not set *) every : int  (** 0: once *) }

val set : t -> absolute:bool -> setting -> setting
(** What was left. [absolute]: [after] is a time of the clock. *)

val stop : t -> unit
(** It is not set any more. *)

val setting : t -> setting
