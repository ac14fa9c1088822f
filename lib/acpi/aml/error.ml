type limit = Steps | Depth | Memory

type problem =
  | Truncated of { wanted : int }
  | Bad_opcode of int
  | Bad_name
  | Bad_length of int
  | Bad_value of { what : string; value : int64 }
  | Not_found of string
  | Exists of string
  | Wrong_type of { wanted : string; found : string }
  | Uninitialized of string
  | Out_of_range of { index : int64; size : int }
  | Division_by_zero
  | Unsupported of string
  | Exhausted of limit
  | Refused of { space : Acpi.Address_space.t; address : int; reason : string }
  | Not_acquired of string
  | Fatal of { kind : int; code : int64; argument : int64 }

type t = { table : string; offset : int; path : Path.t option; problem : problem }

exception Fault of problem

let fail problem = raise (Fault problem)

let limit_to_string = function
  | Steps -> "it does not come to an end"
  | Depth -> "it nests too deep"
  | Memory -> "it makes too much data"

let pp_problem ppf = function
  | Truncated { wanted } -> Format.fprintf ppf "it ends where %d bytes should follow" wanted
  | Bad_opcode opcode -> Format.fprintf ppf "0x%x is no opcode here" opcode
  | Bad_name -> Format.fprintf ppf "this is no name"
  | Bad_length length -> Format.fprintf ppf "the length %d does not fit in" length
  | Bad_value { what; value } -> Format.fprintf ppf "%s cannot be 0x%Lx" what value
  | Not_found name -> Format.fprintf ppf "there is no %s" name
  | Exists name -> Format.fprintf ppf "there is a %s already" name
  | Wrong_type { wanted; found } -> Format.fprintf ppf "wanted %s, found %s" wanted found
  | Uninitialized what -> Format.fprintf ppf "%s has no value" what
  | Out_of_range { index; size } -> Format.fprintf ppf "index %Lu is outside of %d" index size
  | Division_by_zero -> Format.fprintf ppf "division by zero"
  | Unsupported what -> Format.fprintf ppf "%s is not supported" what
  | Exhausted limit -> Format.pp_print_string ppf (limit_to_string limit)
  | Refused { space; address; reason } ->
      Format.fprintf ppf "%a 0x%x: %s" Acpi.Address_space.pp space address reason
  | Not_acquired name -> Format.fprintf ppf "%s is not held" name
  | Fatal { kind; code; argument } ->
      Format.fprintf ppf "the firmware gives up: type 0x%x, code 0x%Lx, argument 0x%Lx" kind code
        argument

let pp ppf t =
  Format.fprintf ppf "%s, offset 0x%x" (String.escaped t.table) t.offset;
  Option.iter (Format.fprintf ppf ", in %a" Path.pp) t.path;
  Format.fprintf ppf ": %a" pp_problem t.problem
