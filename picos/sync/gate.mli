(** A gate: a state, and a line of fibers that wait until the state lets them in.

    Locks and semaphores differ in their states and in who may enter when; that is a {!POLICY},
    which is pure. What they have in common is here, once: the line, its order, and what happens to
    a fiber that is canceled in it.

    - {e Fair}: first in, first out. Who comes to a gate where others stand goes behind them, even
      if the state would let it in. Whoever changes the state lets the first ones in itself, so
      nobody slips in between.
    - {e Cancelation}: a fiber canceled while it stands in the line leaves it, and those behind it
      move up. If it was let in before it could leave, it gives back what it got. Either way it
      raises the cancelation, and nothing of it stays behind.
    - {e Lock-free}: state and line are one immutable value, replaced by one exchange.

    The policy's functions are this library's own, never a user's. *)

type 'state verdict =
  | Enter of 'state  (** come in; the state is this from now on *)
  | Wait
  | Refuse of exn
      (** raise it. A refusal is for ever: once the state refuses a wish, it always will, and what
          was granted before is void. *)

module type POLICY = sig
  type state
  type wish  (** what a fiber wants that comes to the gate *)

  val constants : state list
  (** Those without arguments that {!Make.alone} is to know. *)

  val ask : state -> wish -> state verdict

  val give_back : state -> wish -> state
  (** The state without what was granted to that wish. *)
end

type ('state, 'wish) t

type ('state, 'wish) view
(** A state, and who stands in the line. *)

val swap : ('state, 'wish) t -> ('state, 'wish) view -> ('state, 'wish) view -> bool
(** The short way for what is usual: puts the second view in the first one's place; false, and
    nothing done, when it is another one. *)

module Make (Policy : POLICY) : sig
  type nonrec t = (Policy.state, Policy.wish) t

  val create : ?padded:bool -> Policy.state -> t
  (** [~padded:true] gives it a cache line of its own. *)

  val state : t -> Policy.state

  val alone : Policy.state -> (Policy.state, Policy.wish) view
  (** The state, and nobody in the line: of a constant state there is this one alone, for
      {!swap}. *)

  val enter : t -> Policy.wish -> unit
  (** Waits for its turn. Raises what the policy refuses with, or the fiber's cancelation if it had
      to wait. *)

  val try_enter : t -> Policy.wish -> bool
  (** False instead of waiting. Raises what the policy refuses with. *)

  val change : t -> (Policy.state -> Policy.state) -> unit
  (** Changes the state and lets in who can enter now, from the front of the line up to the first
      that can't. Never waits and is never canceled. The function may be called several times; what
      it raises leaves all as it was. *)
end
