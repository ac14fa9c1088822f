type weight = Wrong | Waste
type finding = { weight : weight; block : int; text : string }
type t = { mutable found : finding list; mutable count : int; mutable about : string }

let create () = { found = []; count = 0; about = "" }
let kept = 100

let add t weight block text =
  t.count <- t.count + 1;
  if t.count <= kept then t.found <- { weight; block; text = t.about ^ text } :: t.found

let about t what = t.about <- what

let wrong t block format = Printf.ksprintf (add t Wrong block) format
let waste t block format = Printf.ksprintf (add t Waste block) format
let findings t = List.rev t.found
let count t = t.count

let pp ppf { weight; block; text } =
  let weight = match weight with Wrong -> "wrong" | Waste -> "waste" in
  Format.fprintf ppf "%s: block %d: %s" weight block text
