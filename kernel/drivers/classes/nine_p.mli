(** File servers that speak 9P ({e Plan 9 from Bell Labs}, manual section 5), as far as their
    transport goes: a message there, and a message back. What messages mean is for whoever sends
    them.

    A server forgets everything when its device is reset. So nothing is asked twice: what a driver
    left unanswered is {!Interrupted}, and {!lives} says that a new session is to be begun. *)

type t

val name : t -> string
(** ["9p0"]. *)

val device : t -> string

val tag : t -> string
(** What the host calls what is served. *)

val lives : t -> int
(** How often a driver began. *)

type error =
  | Interrupted  (** its driver ended meanwhile *)
  | Gone  (** it has no driver any more *)

val pp_error : Format.formatter -> error -> unit

type part = { memory : Hal.Dma.t; offset : int; length : int }

val exchange : t -> request:part -> answer:part -> (int, error) result
(** Sends a message, waits for the answer, and says how many bytes that has, at most
    [answer.length]. Both are the request's until it returns, also when the fiber is canceled.
    @raise Invalid_argument when a part is empty, too long, or not within its memory. *)

val all : unit -> t list
(** By name. *)

val find : string -> t option
val statistics : t -> Port.statistics list

(** {1 For drivers}

    A request is four words: nothing but the tag, the message's address, the answer's, and both
    lengths. An answer has the answer's length above the tag. *)

val words : int

module Wire : sig
  val request : int array -> int * int
  (** Address and length. *)

  val answer : int array -> int * int
end

val offer : Device.t -> tag:string -> core:int -> Sched.Bell.t -> Port.driver
