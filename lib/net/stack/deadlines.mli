(** What is to be done when: a heap in which a deadline is moved in place. One that is put off, as
    TCP's are by each segment, costs nothing until its old time has come. *)

type t
type entry

val create : unit -> t
val entry : (unit -> unit) -> entry
(** Not set. The function may set it again. *)

val set : t -> entry -> int -> unit
(** To this time in ns, in place of the one that it had; [max_int]: to none. *)

val next : t -> int
(** When to {!fire}: not later than the earliest; [max_int] when there is none. *)

val fire : t -> now:int -> unit
(** Does what is due. *)

val count : t -> int
