(** Timers that are files (timerfd_create(2)): reading gives how often the time has come since it
    was last read, as eight bytes, and waits until it has come once. Times are nanoseconds. *)

type t

type File.what += Timer of t

type clock = {
  now : unit -> int;
  alarm : at:int -> (unit -> unit) -> unit -> unit;
      (** Calls the function when that is reached, not before; it is short and does not wait. The
          result calls that off. Asked for by fibers alone. *)
}

val clock : now:(unit -> int) -> clock
(** One whose alarms are the scheduler's own. *)

val create : clock -> File.t
(** A timer that is not set. *)

type setting = { after : int;  (** until the first time; 0 when it is not set *) every : int }
(** How long until the first time, and from one time to the next, 0 for once only. *)

val set : t -> absolute:bool -> setting -> (setting, Errno.t) result
(** What it was set to before. [absolute]: [after] is a time of the clock's. [EINVAL] when something
    is negative. *)

val setting : t -> setting
(** The time that is left. *)
