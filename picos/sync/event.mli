(** Something that may happen, to be waited for alone or among others: the first to happen is taken.

    An event is a description. {!sync} makes an offer to each event it is made of; the first that
    happens commits, the other offers are withdrawn, and nothing of them stays behind. What the
    events stand for goes on: not to take a promise's result does not cancel the promise. *)

type !'a t
type 'a event = 'a t

(** {1 Making} *)

val always : 'a -> 'a t
(** Has happened. *)

val from_computation : 'a Picos.Computation.t -> 'a t
(** Happens when the computation is completed. If it was canceled, {!sync} raises that. *)

val choose : 'a t list -> 'a t
(** Any one of them: an earlier one, if several have happened. None of no events ever happens. *)

val wrap : 'b t -> ('b -> 'a) -> 'a t
(** The event with the function applied to its value: by the fiber that synchronised, after it has
    committed. *)

val map : ('b -> 'a) -> 'b t -> 'a t
(** {!wrap} with its arguments exchanged. *)

val guard : (unit -> 'a t) -> 'a t
(** The event that the function returns, which is called each time an offer is to be made. If it
    raises, all offers are withdrawn and {!sync} raises it; an event that has committed meanwhile is
    lost. *)

(** {1 Waiting} *)

val sync : 'a t -> 'a
(** Waits until the event happens. When the fiber is canceled first, raises the cancelation, and all
    offers are withdrawn. *)

val select : 'a t list -> 'a
(** [sync (choose events)]. *)

(** {1 Events of one's own} *)

type 'a request = { request : 'r. (unit -> 'r) Picos.Computation.t -> ('a -> 'r) -> unit }
[@@unboxed]
(** How to make an offer: [request target result] arranges that the computation [target] returns
    [fun () -> result value] when the event happens with [value]; and that nothing stays behind when
    [target] is completed first, by another event. *)

val from_request : 'a request -> 'a t
