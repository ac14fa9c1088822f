(** Futexes: who waits for a word of memory to change (futex(2)). A word is known by the memory it
    is in and its address; one in a shared mapping, that is not said to be private, by where it
    lies. *)

open Fs

val wait :
  Memory.t ->
  int ->
  private_:bool ->
  expected:int ->
  mask:int ->
  Patience.t ->
  (int, Errno.t) result
(** [EAGAIN] when the word is not as expected; [EINTR], [ETIMEDOUT]. *)

val wake : Memory.t -> int -> private_:bool -> most:int -> mask:int -> (int, Errno.t) result
(** How many. *)

val requeue :
  Memory.t ->
  int ->
  private_:bool ->
  wake:int ->
  into:int ->
  most:int ->
  expected:int option ->
  (int, Errno.t) result
(** Wakes some, and lets others wait at another word. How many, together. *)

val wake_both :
  Memory.t ->
  int ->
  private_:bool ->
  most:int ->
  second:int ->
  second_most:int ->
  operation:int ->
  (int, Errno.t) result
(** FUTEX_WAKE_OP *)

val all : int
(** The mask of who waits for, or wakes, anybody. *)
