(** Sources of random bytes. What a source gives goes into the system's generator ({!Hal.Entropy})
    when it comes up and once a minute, if it passes the health tests of {!Noise}. Nobody else sees
    it. *)

type t

val name : t -> string
(** ["entropy0"]. *)

val device : t -> string

val bytes : t -> int
(** That went into the generator. *)

val all : unit -> t list
(** By name. *)

val statistics : t -> Port.statistics option
(** Of the present driver. *)

(** {1 For drivers}

    A request is an item of one word: how many bytes are wanted, up to {!most}. The answers are
    items of bytes ({!Port.answer_bytes}), as many as it takes; there is room for them. *)

val most : int
(** 64. *)

val offer : Device.t -> core:int -> Sched.Bell.t -> Port.driver
(** The device is a source. What it gives too late, in two minutes, or what fails the health tests,
    ends its driver. *)
