(** Which names lead to which nodes, and to which none does. *)

type t = {
  links : (int, int) Hashtbl.t;  (** names of each node that has some; the root has one more *)
  changed : (int, (string * int) list) Hashtbl.t;
      (** directories that are to have other names, or to be written anew *)
  found : int list;  (** nodes that no name leads to, ascending, but for what is under them *)
  notes : Survey.note list;
  parents : (int, int * string) Hashtbl.t;  (** a directory and a name of each node *)
}

val find : Store.t -> Survey.t -> released:int list -> t
(** Names that lead nowhere, that no name should be, or that lead to a directory that has one, are
    left out. Nodes that are released need no name. *)

val path : t -> int -> string
(** A path of a node, or its number. *)
