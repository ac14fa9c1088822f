(** Which cores serve which scheduler. *)

type t = (Kind.t * int list) list

val default : cores:int -> t
(** Drivers have the first core of each four begun; virtual and local processes have all, after the
    drivers where those are. *)

val of_options : cores:int -> (string -> string option) -> (t, string) result
(** The default, changed by the options [sched.drivers], [sched.virtual] and [sched.local]: cores
    and ranges such as [0], [1-3], [0,2-3]; empty for none. The error says which option, and what is
    wrong with it. *)

val kinds_of : t -> int -> Kind.t list
