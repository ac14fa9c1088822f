(** A command of the monitor: what it is called, what it takes, and what it does. *)

type t = {
  name : string;
  arguments : string;  (** as [help] shows them: ["[FILE...]"] *)
  summary : string;  (** one line *)
  run : string list -> int;
      (** on the words after the name; the exit status, 0 when all went well *)
}

val say : ('a, unit, string, unit) format4 -> 'a
(** Prints a line, whole: commands run beside others. *)

val complain : string -> ('a, Format.formatter, unit, int) format4 -> 'a
(** [complain "cat" "..."] prints [cat: ...] and is status 1. *)

val misused : string -> string -> int
(** Prints how the command of this name and arguments is used, and is status 2. *)

val words : string -> (string list, string) result
(** Splits a line at blanks; single and double quotes hold words together and a backslash takes the
    next byte as it is. [Error] says what is not closed. *)

val lines : string -> (string list, string) result
(** Splits [line; line] (or newlines) outside of quotes. *)
