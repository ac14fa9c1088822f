(** Variables of a TEST block. Values may name other variables ($x, $\{x\}); they are expanded when
    read. *)

type t

val of_list : (string * string) list -> t

(** The expanded value; [None] when undefined or unset. Raises [Failure] on a definition by
    itself. *)
val find : t -> string -> string option

(** The same, [""] when undefined. *)
val get : t -> string -> string

(** The value's words, as blanks separate them. *)
val words : t -> string -> string list

val add : string -> string -> t -> t
val add_if_undefined : string -> string -> t -> t
val append : string -> string -> t -> t
val unset : string -> t -> t

(** What a program run in this environment finds in its own: the variables in capitals, and
    OCAMLRUNPARAM. *)
val exported : t -> (string * string) list
