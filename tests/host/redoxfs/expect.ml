open Redoxfs

let fail format = Printf.ksprintf (fun what -> raise (Failure what)) format

let ok = function
  | Ok value -> value
  | Error e -> fail "%s" (Error.to_string e)

let fails ~block ~field problem = function
  | Ok _ -> fail "there is no error"
  | Error e ->
      let expected = { Error.block; field; problem } in
      if e <> expected then fail "%s; expected: %s" (Error.to_string e) (Error.to_string expected)

let block runs = { Block.index = 300; bytes = Buffer.of_string (Hex.block runs) }

let bytes what got runs =
  let got = Buffer.to_string got 0 (Buffer.length got) in
  match Hex.difference got (Hex.block runs) with
  | None -> ()
  | Some difference -> fail "%s: %s" what difference

let equal what show got expected =
  if got <> expected then fail "%s is %s, not %s" what (show got) (show expected)

let int what = equal what string_of_int
let text what = equal what (Printf.sprintf "%S")
