(* LZ4's blocks: known bytes, round trips, damage. *)
let test name = Check.test ("lz4: " ^ name)
let table = Lz4.table ()
let slice text = { Lz4.buffer = Redoxfs.Buffer.of_string text; offset = 0; length =
  String.length text }
let room n = { Lz4.buffer = Redoxfs.Buffer.create n; offset = 0; length = n }
let text_of (slice : Lz4.slice) n = Redoxfs.Buffer.to_string slice.buffer slice.offset n

let compress ?room:(n = 200_000) text =
  let into = room n in
  Option.map (text_of into) (Lz4.compress ~table (slice text) into)

let decompress ?room:(n = 200_000) text =
  let into = room n in
  Option.map (text_of into) (Lz4.decompress (slice text) into)

let show = function Some text -> Printf.sprintf "%S" text | None -> "nothing"
let equal what = Expect.equal what show

let known () =
  test "known blocks" (fun () ->
      equal "nothing" (compress "") (Some "\x00");
      equal "literals" (compress "abc") (Some "\x30abc");
      (* One literal, a match of 994 at distance 1 (4 + 15 + 3 * 255 + 210), five literals. *)
      equal "zeros" (compress (String.make 1000 '\000'))
        (Some (Hex.bytes "1f 00 01 00 ff ff ff d2 50 00 00 00 00 00")));
  test "what others would write" (fun () ->
      equal "overlap" (decompress (Hex.bytes "32 61 62 63 03 00 10 64")) (Some "abcabcabcd");
      equal "no match" (decompress (Hex.bytes "30 61 62 63")) (Some "abc");
      equal "15 literals" (decompress (Hex.bytes "f0 00" ^ String.make 15 'x')) (Some
        (String.make 15 'x'));
      equal "nothing" (decompress "\x00") (Some ""))

let damaged () =
  let none name bytes =
    test ("refused: " ^ name) (fun () -> equal name (decompress ~room:100 (Hex.bytes bytes)) None)
  in
  none "empty" "";
  none "too few literals" "30 61 62";
  none "no end of a length" "f0 ff ff";
  none "a match from before the start" "11 61 02 00 10 62";
  none "a match at distance 0" "11 61 00 00 10 62";
  none "half an offset" "11 61 01";
  none "ends with a match" "11 61 01 00";
  none "too long" "1f 61 01 00 52 10 62";
  test "refused: no room to compress" (fun () ->
      equal "no room" (compress ~room:10 "abcdefghijklmnopqrstuvwxyz") None)

let random_text random =
  let alphabet = 1 + Random.State.int random 255 and n = Random.State.int random 140_000 in
  let b = Buffer.create n in
  while Buffer.length b < n do
    if Buffer.length b > 20 && Random.State.int random 3 = 0 then
      let from = Random.State.int random (Buffer.length b - 10) in
      let length = min (Buffer.length b - from) (Random.State.int random 600) in
      Buffer.add_string b (Buffer.sub b from length)
    else Buffer.add_char b (Char.chr (Random.State.int random alphabet))
  done;
  Buffer.contents b

let round_trip () =
  test "round trips" (fun () ->
      for seed = 1 to 300 do
        let text = random_text (Random.State.make [| seed |]) in
        let packed = Option.get (compress text) in
        if decompress packed <> Some text then Expect.fail "seed %d" seed;
        if compress text <> Some packed then Expect.fail "seed %d: other bytes" seed;
        (* Just enough room, and a byte less to decompress into. *)
        if decompress ~room:(String.length text) packed <> Some text
          then Expect.fail "seed %d: room" seed;
        if text <> "" && decompress ~room:(String.length text - 1) packed <> None then
          Expect.fail "seed %d: beyond the room" seed
      done)

let fuzz () =
  let corpus = Array.init 20 (fun seed ->
      let text = random_text (Random.State.make [| seed |]) in
      Option.get (compress (String.sub text 0 (min 3000 (String.length text))))) in
  Fuzz.run "lz4: fuzzed blocks" Fuzz.mutate corpus (fun input ->
    ignore (decompress ~room:4096 input))

let () =
  known ();
  damaged ();
  round_trip ();
  fuzz ();
  Check.finish ()
