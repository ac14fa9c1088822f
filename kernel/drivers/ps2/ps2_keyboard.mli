(** The keyboard behind a PC's keyboard controller, with its own scan codes, set 2.

    Source: IBM PS/2 Hardware Interface Technical Reference, "Keyboards". *)

val driver : Driver.t
