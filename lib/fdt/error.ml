type problem =
  | Truncated of { what : string; wanted : int; left : int }
  | Bad_magic of int
  | Unsupported_version of { version : int; compatible : int }
  | Misaligned of { what : string; alignment : int }
  | Overlap of { what : string; other : string }
  | Bad_token of int
  | Misplaced of { what : string; where : string }
  | Unterminated of string
  | Bad_name of string
  | Duplicate of { what : string; name : string }
  | Too_deep of int
  | Missing of string
  | Bad_size of { what : string; size : int; wanted : int }
  | Bad_text of string
  | Too_large of string
  | Bad_value of { what : string; value : int }
  | Too_many of { what : string; limit : int }
  | No_phandle of int
  | No_node of string
  | Not_mapped of { what : string; value : string }
  | Loop of string

type t = { offset : int; problem : problem }

let pp_problem ppf problem =
  let say format = Format.fprintf ppf format in
  match problem with
  | Truncated { what; wanted; left } -> say "%s takes %d bytes, and %d are left" what wanted left
  | Bad_magic magic -> say "this is no device tree: it starts with 0x%08x" magic
  | Unsupported_version { version; compatible } ->
      say "version %d, compatible with %d, is not one we read (17)" version compatible
  | Misaligned { what; alignment } -> say "%s is not aligned to %d bytes" what alignment
  | Overlap { what; other } -> say "%s overlaps %s" what other
  | Bad_token token -> say "there is no token 0x%x" token
  | Misplaced { what; where } -> say "%s stands %s" what where
  | Unterminated what -> say "%s has no end within 256 bytes" what
  | Bad_name name -> say "%S cannot be a name" name
  | Duplicate { what; name } -> say "a second %s %s" what name
  | Too_deep limit -> say "nodes are nested more than %d deep" limit
  | Missing property -> say "the node has no %s" property
  | Bad_size { what; size; wanted } ->
      say "the value of %s has %d bytes, not %d or, in a list, a multiple" what size wanted
  | Bad_text property -> say "the value of %s is no text" property
  | Too_large what -> say "%s is 2^62 or more" what
  | Bad_value { what; value } -> say "%s cannot be 0x%x" what value
  | Too_many { what; limit } -> say "%s has more than %d entries" what limit
  | No_phandle phandle -> say "no node has the phandle 0x%x" phandle
  | No_node path -> say "there is no node %S" path
  | Not_mapped { what; value } -> say "%s has no entry for %s" what value
  | Loop what -> say "%s lead to no end" what

let pp ppf { offset; problem } = Format.fprintf ppf "offset 0x%x: %a" offset pp_problem problem
let fail ~offset problem = Error { offset; problem }

let all fn list =
  let rec go found = function
    | [] -> Ok (List.rev found)
    | first :: rest -> (
        match fn first with Ok value -> go (value :: found) rest | Error e -> Error e)
  in
  go [] list
