type problem =
  | Unreadable of { length : int }
  | Bad_signature of { found : string }
  | Bad_checksum
  | Bad_length of { found : int }
  | Truncated of { wanted : int }
  | Bad_value of { field : string; value : int64 }
  | Repeated of { first : int }
  | Overlap of { other : string; at : int }
  | Missing

type t = { table : string; address : int; offset : int; problem : problem }

let pp_problem ppf = function
  | Unreadable { length } -> Format.fprintf ppf "no %d bytes can be read" length
  | Bad_signature { found } -> Format.fprintf ppf "the signature is %S" found
  | Bad_checksum -> Format.fprintf ppf "the bytes do not sum to zero"
  | Bad_length { found } -> Format.fprintf ppf "the length %d is impossible" found
  | Truncated { wanted } -> Format.fprintf ppf "it ends where %d bytes should follow" wanted
  | Bad_value { field; value } -> Format.fprintf ppf "%s cannot be 0x%Lx" field value
  | Repeated { first } -> Format.fprintf ppf "there is one at 0x%x already" first
  | Overlap { other; at } -> Format.fprintf ppf "it overlaps %s at 0x%x" (String.escaped other) at
  | Missing -> Format.fprintf ppf "there is none"

let pp ppf t =
  Format.fprintf ppf "%s at 0x%x, offset 0x%x: %a" (String.escaped t.table) t.address t.offset
    pp_problem t.problem
