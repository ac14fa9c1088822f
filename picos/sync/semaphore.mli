(** Counting and binary semaphores, like Stdlib's [Semaphore]. Fair: a permit goes to the fiber that
    has waited longest. A fiber that is canceled while it waits raises the cancelation and has no
    permit. *)

module Counting : sig
  type t

  val make : ?padded:bool -> int -> t
  (** With so many permits.
      @raise Invalid_argument when that is negative. *)

  val acquire : t -> unit
  (** Takes a permit, or waits for one. *)

  val try_acquire : t -> bool
  (** False instead of waiting. *)

  val release : t -> unit
  (** Gives a permit. Never canceled.
      @raise Sys_error when there would be more than [max_int]. *)

  val get_value : t -> int
  (** The permits that are to be had just now. For messages. *)
end

module Binary : sig
  type t

  val make : ?padded:bool -> bool -> t
  (** With a permit or without. *)

  val acquire : t -> unit
  (** Takes the permit, or waits for it. *)

  val try_acquire : t -> bool
  (** False instead of waiting. *)

  val release : t -> unit
  (** Gives the permit; nothing happens if it is there already. Never canceled. *)
end
