(* The health tests of random sources: what they let pass, and what not. *)
let test = Check.test
let check t text = Noise.check t (Bytes.of_string text) ~pos:0 ~len:(String.length text)
let is = Check.that

let good () =
  test "noise: a million random bytes pass" (fun () ->
      let t = Noise.create () and random = Random.State.make [| 7 |] in
      for _ = 1 to 1000 do
        let bytes = Bytes.init 1000 (fun _ -> Char.chr (Random.State.int random 256)) in
        is "a good source" (Noise.check t bytes ~pos:0 ~len:1000 = Ok ())
      done);
  test "noise: a fair coin passes" (fun () ->
      let t = Noise.create () and random = Random.State.make [| 8 |] in
      let bytes = Bytes.init 10000 (fun _ -> Char.chr (Random.State.int random 2)) in
      is "a coin" (Noise.check t bytes ~pos:0 ~len:10000 = Ok ()))

let stuck () =
  test "noise: 20 alike pass, 21 do not" (fun () ->
      let t = Noise.create () in
      is "20" (check t (String.make 20 'x') = Ok ());
      is "21" (check t "x" = Error (Stuck { byte = Char.code 'x'; times = 21 })));
  test "noise: a run goes on over calls" (fun () ->
      let t = Noise.create () in
      is "nothing" (check t (String.make 10 '\000') = Ok ());
      is "another" (check t "\001" = Ok ());
      is "a new run" (check t (String.make 20 '\000') = Ok ());
      is "its end" (Result.is_error (check t "\000")))

(* Every third byte differs: no long run, and two thirds are alike. *)
let skewed () =
  test "noise: too many alike in a window" (fun () ->
      let t = Noise.create () in
      let byte i = if i mod 3 = 2 then Char.chr (i land 0x7f) else '\255' in
      match check t (String.init 600 byte) with
      | Error (Skewed { byte = 255; times = 311; of_ }) -> is "within it" (of_ <= 512)
      | Ok () | Error _ -> is "found" false)

let ranges () =
  test "noise: no range of the bytes" (fun () ->
      Check.raises "it" (Invalid_argument "Noise.check") (fun () ->
          Noise.check (Noise.create ()) (Bytes.create 4) ~pos:2 ~len:3))

let () =
  good ();
  stuck ();
  skewed ();
  ranges ();
  Check.finish ()
