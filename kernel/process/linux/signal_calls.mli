(** Signals: sending, handling, masking and waiting for them. *)

val all : Call.t list

val get_mask : Process.thread -> int -> size:int -> (Signal.Set.t option, Fs.Errno.t) result
(** The set at an address, none at 0; [EINVAL] for another size than 8. *)

val with_mask :
  Process.thread ->
  Signal.Set.t option ->
  (unit -> ('a, Fs.Errno.t) result) ->
  ('a, Fs.Errno.t) result
(** With that as the thread's mask meanwhile, and for the handler of the signal that ends it. *)

(** {1 Sending} *)

val check_sent : Signal.t -> (unit, Fs.Errno.t) result
(** [EINVAL] for what can't be sent; 0 can, and is nothing. *)

val from_user : Process.thread -> Signal.cause
(** As kill(2) has it. *)

val queued : Process.thread -> int -> (Signal.t * Signal.cause, Fs.Errno.t) result
(** What the sender says in the [siginfo_t] at an address. *)

val by_tkill : int
(** The code of signals that tkill(2) sends. *)

val send_allowed : Process.thread -> Signal.t -> Signal.cause -> Process.t list -> Call.answer
(** To those of them that the thread may send it to. [ESRCH] when there are none, [EPERM] when it
    may to none. *)
