(** Why AML could not be loaded or evaluated, and where. *)

type limit = Steps | Depth | Memory

type problem =
  | Truncated of { wanted : int }  (** fewer than these bytes are left *)
  | Bad_opcode of int  (** an extended one as 0x5bxx *)
  | Bad_name
  | Bad_length of int  (** a package that ends outside of what holds it *)
  | Bad_value of { what : string; value : int64 }
  | Not_found of string
  | Exists of string  (** a second definition *)
  | Wrong_type of { wanted : string; found : string }
  | Uninitialized of string
  | Out_of_range of { index : int64; size : int }
  | Division_by_zero
  | Unsupported of string
  | Exhausted of limit  (** an endless loop, an endless recursion, or objects without bound *)
  | Refused of { space : Acpi.Address_space.t; address : int; reason : string }
      (** by the handler of that space *)
  | Not_acquired of string  (** a mutex released that was not held *)
  | Fatal of { kind : int; code : int64; argument : int64 }  (** the firmware's own *)

type t = {
  table : string;  (** the definition block's signature *)
  offset : int;  (** of the opcode, from the table's first byte *)
  path : Path.t option;  (** of the method that ran *)
  problem : problem;
}

exception Fault of problem
(** Inside the interpreter alone: it leaves no function of {!Machine}. *)

val fail : problem -> 'a
val pp : Format.formatter -> t -> unit
