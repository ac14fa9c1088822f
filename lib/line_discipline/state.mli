(** What a discipline is made of, for {!Editing} and {!Discipline}. *)

type t = {
  mutable termios : Termios.t;
  special : Bytes.t;  (** for each character, 1 when it may mean something *)
  input : Input.t;
  echo : Echo.t;
  output : Output.t;
  mutable literal : bool;  (** LNEXT came: the next character means nothing *)
  mutable erasing : bool;  (** within [\ ] and [/] of ECHOPRT *)
}

val create : Termios.t -> t
val set_termios : t -> Termios.t -> unit

val is_local : t -> int -> bool
(** Whether a flag of {!Termios.t.local} is set. *)

val is_input : t -> int -> bool
(** Of {!Termios.t.input}. *)

val is : t -> Termios.character -> char -> bool
(** Whether this is that special character, and not switched off. *)

val echo_shown : t -> char -> unit
(** {!Echo.shown}, with ECHO, at the end of the line that is edited; where that begins is noted. *)

val end_erasing : t -> unit
(** The closing [/] of what ECHOPRT showed. *)

val keep : t -> char -> unit
(** Into the input; 255 twice with PARMRK. *)
