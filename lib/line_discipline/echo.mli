(** Echoes that the device has not taken yet: at most 4096, of which the oldest are lost first. What
    they become depends on the cursor's column, so it is decided when they are taken. *)

type t

val create : unit -> t
val clear : t -> unit

val raw : t -> char -> unit
(** As if the process had written it. *)

val shown : t -> Termios.t -> char -> unit
(** The same; but a control character other than a tab as [^] and a letter, where ECHOCTL is set. *)

val move_back : t -> unit
val begin_line : t -> unit
val erase_tab : t -> columns:int -> after_tab:bool -> unit
(** {!Output}'s, in their turn. *)

val take : t -> Termios.t -> Output.t -> Output.sink -> unit
(** Those for which there is room. *)
