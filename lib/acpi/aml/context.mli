(** What the parts of the interpreter share: the machine, and the place where it is at work. *)

open Object

type machine = {
  root : node;
  width : Integer.width;
  handlers : Handlers.t;
  mutable budget : Budget.t;  (** of the evaluation under way *)
  mutable location : string * int * node option;  (** table, offset, method: for errors *)
  mutable errors : Error.t list;  (** met while loading, newest first *)
  mutable pci_of : node -> Handlers.pci;  (** the function that a region in this scope belongs to *)
}

(** A method's call. *)
type frame = {
  method_ : node;
  locals : slot array;
  arguments : slot array;
  mutable made : node list;  (** names that last as long as the call *)
}

(** What a term comes to. *)
type outcome = Value of Object.t | Done | Broke | Continued | Returned of Object.t

type t = {
  machine : machine;
  cursor : Cursor.t;
  scope : node;
  frame : frame option;  (** [None] while a table is loaded *)
  term : t -> outcome;  (** reads and runs one term *)
}

val integer : machine -> int64 -> Object.t
(** Wrapped to the machine's width. *)

val boolean : machine -> bool -> Object.t
val string : machine -> string -> Object.t
val buffer : machine -> Bytes.t -> Object.t
(** Their bytes are taken from the budget. *)

val package : machine -> int -> Object.t
(** Of that many empty elements. *)

val copy : machine -> Object.t -> Object.t
(** Of a string, a buffer or a package all of it; anything else is itself. *)

val error_of : machine -> Error.problem -> Error.t
(** At the machine's location. *)

val guarded : machine -> (unit -> 'a) -> ('a, Error.t) result
(** Runs to a value or to the error of a fault. *)

val within : t -> Cursor.t -> t
(** The same place with other bytes. *)

val wrong_type : wanted:string -> Object.t -> 'a
(** @raise Error.Fault always. *)
