(** The PC's keyboard controller, the 8042: a port for data, and one for its status and commands.
    Here its first port alone, that of the keyboard; the second, the mouse's, is off.

    Source: IBM PS/2 Hardware Interface Technical Reference, "Keyboard and Auxiliary Device
    Controller". *)

type t

val open_ : Device.t -> t
(** Tests the controller, with both of its ports off, and without the translation of scan codes.
    @raise Device.Failed when it does not answer, or says that it is broken. *)

val command : t -> int -> unit
(** A byte for the keyboard, which acknowledges it.
    @raise Device.Failed when it does not within a second. *)

val answer : t -> int
(** The next byte from the keyboard, which must come within a second, or else as above. *)

val start : t -> unit
(** Has it interrupt for each byte from now on. *)

val next : t -> int
(** A byte that came from the keyboard; -1 when there is none. *)

val offer : t -> int -> bool
(** Sends the keyboard a byte, and does not wait for its answer. [false]: there is no room yet. *)
