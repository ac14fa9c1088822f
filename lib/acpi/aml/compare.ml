open Object

let lexical a b =
  let length = min (Bytes.length a) (Bytes.length b) in
  let rec go n =
    if n = length then compare (Bytes.length a) (Bytes.length b)
    else
      match compare (Bytes.get a n) (Bytes.get b n) with 0 -> go (n + 1) | difference -> difference
  in
  go 0

let data machine first second =
  match (first, Convert.like machine first second) with
  | Integer a, Integer b -> Int64.unsigned_compare a b
  | (String a | Buffer a), (String b | Buffer b) -> lexical a.bytes b.bytes
  | other, _ -> Context.wrong_type ~wanted:"data that can be compared" other

let holds operator difference =
  match operator with
  | 0 -> true
  | 1 -> difference = 0
  | 2 -> difference <= 0
  | 3 -> difference < 0
  | 4 -> difference >= 0
  | 5 -> difference > 0
  | _ -> Error.fail (Bad_value { what = "Match's operator"; value = Int64.of_int operator })

let matches machine ~operator element operand =
  match element with
  | Integer _ | String _ | Buffer _ -> (
      match data machine operand element with
      | difference -> holds operator (-difference)
      | exception Error.Fault (Wrong_type _) -> false)
  | _ -> false
