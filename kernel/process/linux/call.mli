(** A system call: its name, and how it is answered. *)

open Fs

type answer = (int, Errno.t) result

type t = {
  name : string;
  restart : Process.restart option;
      (** what becomes of it when it says [EINTR] because of a signal; [None]: that is told *)
  answer : Process.thread -> answer;
  keeps_registers : bool;  (** a success sets no result *)
}

val make : ?restart:Process.restart -> string -> (Process.thread -> answer) -> t

val registers : string -> (Process.thread -> answer) -> t
(** One that leaves the registers as they are to be. *)

(** {1 Arguments} *)

val arg : Process.thread -> int -> int
(** As it is: an address or a size. What OCaml's [int] cannot hold is [min_int]. *)

val int : Process.thread -> int -> int
(** A C [int]. *)

val size : Process.thread -> int -> int
(** A size: beyond what can be it is [max_int]. *)

val files : Process.thread -> Descriptors.t
val view : Process.thread -> Walk.t
val memory : Process.thread -> Memory.t

val path : Process.thread -> int -> (string, Errno.t) result
(** The string that the argument points to. *)

val ( let* ) : ('a, 'e) result -> ('a -> ('b, 'e) result) -> ('b, 'e) result

val check : bool -> Errno.t -> (unit, Errno.t) result
(** Unless it is so, that error. *)

val done_ : (unit, Errno.t) result -> answer
(** 0 *)

(** {1 Times: two words of 64 bits} *)

val get_time : Memory.t -> int -> (int, Errno.t) result
(** A [timespec], in nanoseconds; [EINVAL] when it is none. *)

val get_time_option : Memory.t -> int -> (int option, Errno.t) result
(** [None] at address 0. *)

val put_time : Memory.t -> int -> int -> (unit, Errno.t) result

val put_microseconds : Memory.t -> int -> int -> (unit, Errno.t) result
(** A [timeval], from nanoseconds. *)

val get_microseconds : Memory.t -> int -> (int, Errno.t) result
(** A [timeval], to nanoseconds. *)

val seconds_of_ns : int -> float
