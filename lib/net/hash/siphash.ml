type key = int64 * int64

let key bytes =
  if String.length bytes <> 16 then invalid_arg "Siphash.key";
  (String.get_int64_le bytes 0, String.get_int64_le bytes 8)

type state = { mutable v0 : int64; mutable v1 : int64; mutable v2 : int64; mutable v3 : int64 }

let ( ^^ ) = Int64.logxor
let ( ++ ) = Int64.add

let[@inline] rotate x n =
  Int64.logor (Int64.shift_left x n) (Int64.shift_right_logical x (64 - n))

let round s =
  let v0 = s.v0 ++ s.v1 and v2 = s.v2 ++ s.v3 in
  let v1 = rotate s.v1 13 ^^ v0 and v3 = rotate s.v3 16 ^^ v2 in
  let v0 = rotate v0 32 ++ v3 and v2 = v2 ++ v1 in
  s.v3 <- rotate v3 21 ^^ v0;
  s.v1 <- rotate v1 17 ^^ v2;
  s.v0 <- v0;
  s.v2 <- rotate v2 32

let add s word =
  s.v3 <- s.v3 ^^ word;
  round s;
  round s;
  s.v0 <- s.v0 ^^ word

(* What is left of the string, and its length in the highest byte. *)
let last_word string =
  let length = String.length string in
  let from = length land lnot 7 in
  let rec go word i =
    if i < from then word
    else go (Int64.logor (Int64.shift_left word 8) (Int64.of_int (Char.code string.[i]))) (i - 1)
  in
  Int64.logor (go 0L (length - 1)) (Int64.shift_left (Int64.of_int (length land 0xff)) 56)

let hash (k0, k1) string =
  let s =
    {
      v0 = k0 ^^ 0x736f6d6570736575L;
      v1 = k1 ^^ 0x646f72616e646f6dL;
      v2 = k0 ^^ 0x6c7967656e657261L;
      v3 = k1 ^^ 0x7465646279746573L;
    }
  in
  for i = 0 to (String.length string / 8) - 1 do
    add s (String.get_int64_le string (8 * i))
  done;
  add s (last_word string);
  s.v2 <- s.v2 ^^ 0xffL;
  for _ = 1 to 4 do
    round s
  done;
  s.v0 ^^ s.v1 ^^ s.v2 ^^ s.v3

let number key string = Int64.to_int (hash key string) land max_int
