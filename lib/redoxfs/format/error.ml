type problem =
  | Wrong_hash of { stored : int64; computed : int64 }
  | Value of int
  | Too_large of int64
  | Not of string

type t = { block : int; field : string; problem : problem }

let pp_problem ppf = function
  | Wrong_hash { stored; computed } ->
      Format.fprintf ppf "has the hash %016Lx where its parent says %016Lx" computed stored
  | Value value -> Format.fprintf ppf "cannot be %d" value
  | Too_large bits -> Format.fprintf ppf "is too large (0x%Lx)" bits
  | Not what -> Format.fprintf ppf "is not %s" what

let pp ppf { block; field; problem } =
  Format.fprintf ppf "block %d: %s %a" block field pp_problem problem

let to_string t = Format.asprintf "%a" pp t
let fail ~block field problem = Error { block; field; problem }
let check condition ~block field problem = if condition then Ok () else fail ~block field problem
