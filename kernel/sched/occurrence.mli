(** Something that happens again and again, and one waiter for it. Several occurrences that nobody
    waited for are one. Lock-free; any thread. *)

type 'w t

val create : unit -> 'w t

val happen : 'w t -> 'w option
(** It happens: the waiter to wake, when there is one; else it is remembered. *)

type 'w ticket

type 'w answer =
  | Came  (** it had happened since the last wait *)
  | Wait of 'w ticket  (** {!happen} will answer this waiter, once *)
  | Busy  (** another waits *)

val await : 'w t -> 'w -> 'w answer

val cancel : 'w t -> 'w ticket -> unit
(** The waiter waits no more. When it was answered already, the occurrence is kept for the next to
    wait. *)
