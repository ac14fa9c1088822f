(** Bytes of text and control, cut into what a terminal does with them. Source: ECMA-48, section
    5.4; Unicode, chapter 3 (UTF-8). *)

type t
(** A stream, in the middle of which a sequence may be. *)

val create : unit -> t

type item =
  | Character of int  (** Unicode's number; U+FFFD for bytes that are no UTF-8 *)
  | Control of char
  | Sequence of {
      prefix : char;  (** ['?'] and such, or a space *)
      numbers : int list;
      final : char;
    }
      (** a number that is left out is -1 *)
  | Escape of char

val feed : t -> char -> item option
(** The next byte, and what it completes, if it does. *)
