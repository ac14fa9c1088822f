(** A set of fibers that is joined: what {!Bundle} and {!Flock} are made of.

    A latch counts the fibers, and the owner until it joins. A computation, the group's scope, is
    canceled to end them all. Each fiber takes itself off the latch last, so that when it is zero
    nothing of the group runs. *)

open Picos

type t

val join_after :
  ?callstack:int -> ?on_return:[ `Terminate | `Wait ] -> (t -> 'a) -> 'a

val terminate : ?callstack:int -> t -> unit
val terminate_after : ?callstack:int -> t -> seconds:float -> unit
val error : ?callstack:int -> t -> exn -> Printexc.raw_backtrace -> unit

val fork : t -> prepare:(Fiber.t -> unit) -> (unit -> unit) -> unit
(** [prepare] is given the fiber before it is spawned. *)

val fork_as_promise : t -> prepare:(Fiber.t -> unit) -> (unit -> 'a) -> 'a Computation.t
