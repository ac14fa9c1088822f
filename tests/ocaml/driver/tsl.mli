(** The language of the TEST blocks at the head of the OCaml distribution's tests (as its
    `ocamltest` reads them): a tree of statements. Parsing knows no meaning; {!Plan} does. *)

type statement =
  | Assign of string * string  (** [x = "..."] and [set x = "..."] *)
  | Append of string * string  (** [x += "..."] *)
  | Include of string
  | Unset of string
  | Do of string * string list  (** an action or a test, with the modifiers after [with] *)

(** The statements in order, then the blocks in braces: each goes on from where the statements
    end. *)
type node = { statements : statement list; blocks : node list }

exception Malformed of string

(** The block at the head of this text ([TEST_BELOW]: its last one); [None] when it has none.
    Raises {!Malformed} when it has one that does not parse. *)
val of_text : string -> node option
