(** A property of a node: a name, and bytes whose meaning the name gives.

    The readers answer [Bad_size] where the value has not the size of what they read, and
    [Too_large] where a number does not fit an [int].

    Source: Devicetree Specification 0.4, section 2.2.4. *)

type t = {
  name : string;
  value : string;
  offset : int;  (** of the value, in the blob *)
}

val u32 : t -> (int, Error.t) result

val within : min:int -> max:int -> t -> (int, Error.t) result
(** A {!u32} that is between these; [Bad_value] else. *)

val u64 : t -> (int, Error.t) result
(** Numbers below 2{^62}. *)

val number : t -> (int, Error.t) result
(** A number of one cell or of two, as the value's size says. *)

val cells : t -> (Cells.t, Error.t) result

val string : t -> (string, Error.t) result
(** A text: printable ASCII, then NUL. [Bad_text] else. *)

val strings : t -> (string list, Error.t) result
(** One text after the other; of an empty value, none. *)
