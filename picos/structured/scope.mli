(** A part of a fiber's run that can be canceled by itself: the fiber works on behalf of an inner
    computation meanwhile, and cancelation flows from the outer one into it. *)

open Picos

type t

val enter : Fiber.t -> Computation.packed -> t
(** Puts the running fiber on behalf of the inner computation. Raises the outer one's cancelation.
    @raise Invalid_argument when the outer one has returned. *)

val leave : t -> unit
(** Puts the fiber back on behalf of the outer one, whose cancelation still flows inwards. *)

val detach : t -> unit
(** Ends that flow. *)
