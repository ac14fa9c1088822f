(** What can be wrong with a device tree, and at which byte.

    Every function of this library that reads what came from outside returns one of these in place
    of a value; none raises. *)

type problem =
  | Truncated of { what : string; wanted : int; left : int }
      (** [what] takes [wanted] bytes, and [left] are there *)
  | Bad_magic of int  (** the first four bytes *)
  | Unsupported_version of { version : int; compatible : int }
      (** neither 17 nor compatible with it; [compatible] is the oldest that it says it is *)
  | Misaligned of { what : string; alignment : int }
  | Overlap of { what : string; other : string }  (** two blocks share bytes *)
  | Bad_token of int  (** no token of the structure block *)
  | Misplaced of { what : string; where : string }  (** a token where none of its kind may be *)
  | Unterminated of string  (** no NUL within the 256 bytes that a name can take *)
  | Bad_name of string  (** empty, or with a character that names do not have *)
  | Duplicate of { what : string; name : string }  (** of two with one name, this is the second *)
  | Too_deep of int  (** nodes within nodes, more than this many *)
  | Missing of string  (** this node lacks the property *)
  | Bad_size of { what : string; size : int; wanted : int }
      (** a value of [size] bytes, which should be [wanted] or, in a list, a multiple of it *)
  | Bad_text of string  (** the property's value is no text, or no list of texts *)
  | Too_large of string  (** a number that does not fit OCaml's [int]: 2{^62} or more *)
  | Bad_value of { what : string; value : int }
  | Too_many of { what : string; limit : int }
  | No_phandle of int  (** no node has it *)
  | No_node of string  (** nothing is at this path *)
  | Not_mapped of { what : string; value : string }
      (** [value], as people write it, is in no row of the table [what] *)
  | Loop of string  (** following [what] came to no end *)

type t = { offset : int;  (** of the byte, from the start of the blob *) problem : problem }

val pp : Format.formatter -> t -> unit
(** One line, such as [offset 0x48: the value of reg has 7 bytes, not a multiple of 16]. *)

val fail : offset:int -> problem -> ('a, t) result

val all : ('a -> ('b, t) result) -> 'a list -> ('b list, t) result
(** The function's results for all of a list, in its order, or its first error. *)
