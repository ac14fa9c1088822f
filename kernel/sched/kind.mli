(** Which of the three schedulers a fiber belongs to, in the order of their priority on a core that
    they share. *)

type t =
  | Drivers  (** drivers, interrupts' bottom halves, kernel services: first in, first out, run to
                 suspension *)
  | Virtual  (** virtualised processes: proportional share, with a budget *)
  | Local  (** local processes: fair, and preemptive in user mode *)

val all : t list
val to_string : t -> string

val index : t -> int
(** 0, 1, 2, in this order. *)
