(** How poll, select and epoll wait: timeouts, which are nanoseconds, or [None] for ever. *)

open Fs

val patience : Process.thread -> int option -> Patience.t
(** Until signals come, or the time is up. *)

val milliseconds : int -> int option
(** A timeout in milliseconds; a negative one is none. *)

val with_time_left :
  Process.thread ->
  (Memory.t -> int -> int -> (unit, Errno.t) result) ->
  at:int ->
  int option ->
  (unit -> Call.answer) ->
  Call.answer
(** What the function answers. What is left of the timeout then is written to the address, as Linux
    does; whether it can be does not matter. *)

val release : (File.t * 'a) array -> unit
(** Gives back files that were looked for. *)
