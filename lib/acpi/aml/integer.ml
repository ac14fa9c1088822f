type width = Bits32 | Bits64

let of_revision revision = if revision < 2 then Bits32 else Bits64
let size = function Bits32 -> 4 | Bits64 -> 8
let wrap width n = match width with Bits64 -> n | Bits32 -> Int64.logand n 0xffff_ffffL
let ones width = wrap width (-1L)
let of_bool width holds = if holds then ones width else 0L

let to_index n ~size =
  if Int64.unsigned_compare n (Int64.of_int size) >= 0 then
    Error.fail (Out_of_range { index = n; size });
  Int64.to_int n

let to_size n =
  if Int64.shift_right_logical n 31 <> 0L then Error.fail (Bad_value { what = "a size"; value =
    n });
  Int64.to_int n

let by n shift count =
  if Int64.unsigned_compare count 64L >= 0 then 0L else shift n (Int64.to_int count)

let shift_left n count = by n Int64.shift_left count
let shift_right n count = by n Int64.shift_right_logical count
let not_by_zero n = if n = 0L then Error.fail Division_by_zero

let divide a b =
  not_by_zero b;
  Int64.unsigned_div a b

let modulo a b =
  not_by_zero b;
  Int64.unsigned_rem a b

let rec highest_bit n =
  if n = 0L then 0L else Int64.succ (highest_bit (Int64.shift_right_logical n 1))

let lowest_bit n = highest_bit (Int64.logand n (Int64.neg n))

(* Digits from the lowest on, in two bases. *)
let rebase ~from ~into ~digits_max n =
  let rec go n place digits value =
    if n = 0L then value
    else if digits = digits_max then Error.fail (Bad_value { what = "a BCD number"; value = n })
    else
      let digit = Int64.unsigned_rem n from in
      if digit > 9L then Error.fail (Bad_value { what = "a BCD digit"; value = digit });
      let value = Int64.add value (Int64.mul digit place) in
      go (Int64.unsigned_div n from) (Int64.mul place into) (digits + 1) value
  in
  go n 1L 0 0L

let from_bcd n = rebase ~from:16L ~into:10L ~digits_max:16 n
let to_bcd width n = rebase ~from:10L ~into:16L ~digits_max:(2 * size width) n

let to_hex width n =
  match width with Bits32 -> Printf.sprintf "%08LX" n | Bits64 -> Printf.sprintf "%016LX" n

let digit = function
  | '0' .. '9' as c -> Some (Char.code c - Char.code '0')
  | 'a' .. 'f' as c -> Some (Char.code c - Char.code 'a' + 10)
  | 'A' .. 'F' as c -> Some (Char.code c - Char.code 'A' + 10)
  | _ -> None

(* Digits up to the first other character, or to where the number would not fit. *)
let of_digits ~base width text =
  let base = Int64.of_int base in
  let fits value digit =
    Int64.unsigned_compare value (Int64.unsigned_div (Int64.sub (ones width) digit) base) <= 0
  in
  let rec go at value =
    match if at < String.length text then digit text.[at] else None with
    | Some digit when Int64.of_int digit < base && fits value (Int64.of_int digit) ->
        go (at + 1) (Int64.add (Int64.mul value base) (Int64.of_int digit))
    | _ -> value
  in
  go 0 0L

let of_hex = of_digits ~base:16
let of_decimal = of_digits ~base:10
