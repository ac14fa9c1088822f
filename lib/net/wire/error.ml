type problem =
  | Truncated of { wanted : int; left : int }
  | Bad_value of { what : string; value : int }
  | Bad_checksum of int
  | Too_many of { what : string; limit : int }

type t = { layer : string; offset : int; problem : problem }

let pp_problem ppf problem =
  let say format = Format.fprintf ppf format in
  match problem with
  | Truncated { wanted; left } -> say "%d bytes are wanted, and %d are left" wanted left
  | Bad_value { what; value } -> say "a %s of %d is impossible" what value
  | Bad_checksum sum -> say "the sum is 0x%04x, not 0xffff" sum
  | Too_many { what; limit } -> say "more than %d %s" limit what

let pp ppf { layer; offset; problem } =
  Format.fprintf ppf "%s, byte %d: %a" layer offset pp_problem problem

let fail layer offset problem = Error { layer; offset; problem }
let truncated layer ~offset ~wanted ~left = fail layer offset (Truncated { wanted; left })
let bad_value layer ~offset what value = fail layer offset (Bad_value { what; value })
let bad_checksum layer ~offset sum = fail layer offset (Bad_checksum sum)
let too_many layer ~offset what limit = fail layer offset (Too_many { what; limit })
