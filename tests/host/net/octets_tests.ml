(* Bytes outside of the heap: numbers, copies and sums, beside slow ones. *)

let test = Check.test
let is = Check.that

let numbers () =
  test "octets: numbers are big-endian, at any place" (fun () ->
      let t = Octets.create 8 in
      Octets.set32 t 1 0x1_2345_6789;
      Octets.set16 t 5 0x1abcd;
      Octets.set8 t 7 0x1ef;
      Hex.equal "all" (Octets.to_string t ~at:0 ~length:8) "00 23456789 abcd ef";
      Hex.int "32" (Octets.get32 t 4) 0x89abcdef;
      Hex.int "16" (Octets.get16 t 3) 0x6789;
      Hex.int "8" (Octets.get8 t 7) 0xef);
  test "octets: what is not within raises" (fun () ->
      let t = Octets.create 4 in
      let raises f = match f () with exception Invalid_argument _ -> true | _ -> false in
      let bytes = Bytes.create 9 in
      is "get32" (raises (fun () -> Octets.get32 t 1));
      is "get16" (raises (fun () -> Octets.get16 t (-1)));
      is "set8" (raises (fun () -> Octets.set8 t 4 0; 0));
      is "sum" (raises (fun () -> Octets.sum t ~at:3 ~length:2));
      is "a negative length" (raises (fun () -> Octets.sum t ~at:3 ~length:(-1)));
      is "copy" (raises (fun () -> Octets.blit_to_bytes t 0 bytes 6 4; 0));
      is "far" (raises (fun () -> Octets.blit_of_bytes bytes max_int t 0 4; 0)))

let random = Random.State.make [| 9 |]
let random_string length = String.init length (fun _ -> Char.chr (Random.State.int random 256))

let slow_sum string =
  let sum = ref 0 in
  String.iteri (fun i c -> sum := !sum + (Char.code c lsl if i land 1 = 0 then 8 else 0)) string;
  while !sum > 0xffff do
    sum := (!sum land 0xffff) + (!sum lsr 16)
  done;
  !sum

let sums () =
  test "octets: sums are those of a slow one (seed 9)" (fun () ->
      let string = random_string 300_000 in
      let t = Octets.of_string string in
      let try_one length =
        let at = Random.State.int random (300_000 - length) in
        Hex.int (Printf.sprintf "%d bytes" length)
          (Octets.sum t ~at ~length)
          (slow_sum (String.sub string at length))
      in
      List.iter try_one [ 65535; 65536; 65537; 65538; 200_001 ];
      for length = 0 to 2000 do
        try_one length
      done);
  test "octets: sums of nothing but zeros and ones" (fun () ->
      Hex.int "zeros" (Octets.sum (Octets.create 70_000) ~at:1 ~length:69_999) 0;
      let ones = Octets.of_string (String.make 70_000 '\xff') in
      Hex.int "ones" (Octets.sum ones ~at:0 ~length:70_000) 0xffff)

let copies () =
  test "octets: copies that overlap, both ways and long" (fun () ->
      let string = random_string 200_000 in
      let shift from into =
        let t = Octets.of_string string and length = 199_000 in
        let bytes = Bytes.of_string string in
        Octets.blit t from t into length;
        Bytes.blit bytes from bytes into length;
        Octets.to_string t ~at:0 ~length:200_000 = Bytes.to_string bytes
      in
      is "down" (shift 700 3);
      is "up" (shift 3 700));
  test "octets: from and to the heap" (fun () ->
      let string = random_string 150_000 in
      let t = Octets.create 150_001 and bytes = Bytes.create 150_000 in
      Octets.blit_of_string string 0 t 1 150_000;
      Octets.blit_to_bytes t 1 bytes 0 150_000;
      is "same" (Bytes.to_string bytes = string);
      is "compared" (Octets.equal_string t 1 string);
      is "and otherwise" (not (Octets.equal_string t 0 string)))

let () =
  numbers ();
  sums ();
  copies ();
  Check.finish ()
