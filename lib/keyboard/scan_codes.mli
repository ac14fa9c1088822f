(** What a PC keyboard sends: scan codes, of which there are several sets. A key is named by the
    number that Linux's input events have for it, as {!Layout} and virtio's keyboards do.

    Sources: IBM PS/2 Hardware Interface Technical Reference, "Keyboards", scan code sets 1 and 2;
    Linux user interface, [input-event-codes.h]. *)

type set =
  | One  (** what a PC's keyboard controller makes of the other set, if it is told to *)
  | Two  (** what keyboards send by themselves *)

type t
(** A stream of bytes. *)

val create : set -> t

type event = { key : int; pressed : bool }

val feed : t -> int -> event option
(** The next byte, and the event that it completes, if it does. Bytes that mean nothing are passed
    over. A key that is held comes again and again. *)
