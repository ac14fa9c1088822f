(** The first bytes of a program's stack: its arguments, its environment and the auxiliary vector,
    as the program finds them where its stack pointer is.

    From the stack pointer upwards: the number of arguments, their addresses and 0, the addresses
    of the environment's strings and 0, the auxiliary vector; then the strings, in the order that
    Linux has them in: arguments, environment, the program's path, and eight bytes of 0 at the very
    top.

    Sources: the x86-64 psABI 1.0, 3.4.1; programs of the other two machines find the same, aligned
    to 16 bytes as well. *)

type range = { start : int; stop : int }
(** Addresses; [stop] is outside. *)

type t = {
  pointer : int;  (** the stack pointer: a multiple of 16 *)
  bytes : string;  (** from there to the stack's top *)
  arguments : range;  (** of their strings *)
  environment : range;
  auxiliary : range;
}

type error =
  | String_too_long of { bytes : int; limit : int }  (** its NUL included *)
  | Too_large of { bytes : int; limit : int }  (** all strings and their addresses *)

val pp_error : Format.formatter -> error -> unit

val string_limit : int
(** 128 KiB. *)

val limit : stack_bytes:int -> int
(** Of strings and addresses together: a quarter of the stack's limit, but not more than 6 MiB, and
    128 KiB whatever the stack. *)

val make :
  top:int ->
  stack_bytes:int ->
  path:string ->
  arguments:string list ->
  environment:string list ->
  Auxiliary.t ->
  (t, error) result
(** The image for a stack that ends at [top], a multiple of 16, and may grow to [stack_bytes].
    Without any argument there is an empty one, as in Linux since 5.18. Each error is E2BIG.
    @raise Invalid_argument for a string with a NUL, a [top] that is not as it should be, and random
    bytes that are not sixteen. *)
