(** A US keyboard (ANSI INCITS 154) in front of a terminal: keys that go down and up become the
    bytes that an xterm sends. Keys are named by Linux's numbers for them
    ([input-event-codes.h]). *)

type t
(** Which keys are held, and which locks are on: Num Lock is at first. *)

val create : unit -> t

val key : t -> int -> pressed:bool -> string
(** What the key sends: often nothing. A key that is pressed again without a release is held. *)

val leds : t -> int
(** Bit 0: Num Lock, 1: Caps Lock, 2: Scroll Lock; as Linux numbers these lights. *)
