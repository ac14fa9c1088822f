(** Terminals that tests type at. *)

open Line_discipline

val terminal :
  ?input:int -> ?output:int -> ?local:int -> ?without:int -> unit -> Discipline.t
(** The default one with these flags more, and those of {!Termios.t.local} less. *)

val raw : ?minimum:int -> ?time:int -> unit -> Discipline.t
(** No flags at all. *)

val shows : Discipline.t -> string -> string -> unit
(** [shows t text echo]: typing the text shows this. *)

val reads : Discipline.t -> ?most:int -> string -> unit
(** There is something to be read, and it is this. *)

val nothing : Discipline.t -> unit
(** There is nothing to be read. *)

val line : Discipline.t -> string -> string -> unit
(** [line t text read]: typing the text and a new line makes this line, without its new line. *)

val signals : Discipline.t -> string -> Discipline.signal list -> unit
val writes : Discipline.t -> string -> string -> unit
(** [writes t text seen]. *)
