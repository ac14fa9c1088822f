(* Aes_xts and Argon2 as OCaml sees them: published vectors, ranges, and what is refused. *)

let test name = Check.test ("crypto: " ^ name)

let bytes hex =
  String.init (String.length hex / 2) (fun i ->
      Char.chr (int_of_string ("0x" ^ String.sub hex (2 * i) 2)))

let equal what got expected =
  Check.that (Printf.sprintf "%s: %S, not %S" what got expected) (got = expected)

let repeated byte = String.make 16 (Char.chr byte)

let refused what body =
  match body () with
  | exception Invalid_argument _ -> ()
  | _ -> Check.that (what ^ " is refused") false

let whole direction key ~sector_bytes ~first text =
  let buffer = Octets.of_string text in
  let length = String.length text in
  direction key ~sector_bytes ~first buffer ~offset:0 ~length;
  Octets.to_string buffer ~at:0 ~length

let xts () =
  test "XTS, vector 2 of IEEE 1619" (fun () ->
      let key = Aes_xts.create ~data:(repeated 0x11) ~tweak:(repeated 0x22) in
      let plain = String.make 32 '\x44' and first = 0x3333333333 in
      let encrypted = whole Aes_xts.encrypt key ~sector_bytes:32 ~first plain in
      equal "encrypted" encrypted
        (bytes "c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0");
      equal "decrypted" (whole Aes_xts.decrypt key ~sector_bytes:32 ~first encrypted) plain);
  test "many sectors are one after the other" (fun () ->
      let key = Aes_xts.create ~data:(repeated 1) ~tweak:(repeated 2) in
      let sector i = String.init 4096 (fun j -> Char.chr ((i + (j * j)) land 255)) in
      let sectors = List.init 9 sector in
      let together =
        whole Aes_xts.encrypt key ~sector_bytes:4096 ~first:70 (String.concat "" sectors)
      in
      let one i = whole Aes_xts.encrypt key ~sector_bytes:4096 ~first:(70 + i) in
      equal "bytes" together (String.concat "" (List.mapi one sectors)));
  test "what is outside the range stays" (fun () ->
      let key = Aes_xts.create ~data:(repeated 1) ~tweak:(repeated 2) in
      let buffer = Octets.of_string (String.make 64 'x') in
      Aes_xts.encrypt key ~sector_bytes:16 ~first:0 buffer ~offset:17 ~length:32;
      equal "before" (Octets.to_string buffer ~at:0 ~length:17) (String.make 17 'x');
      equal "behind" (Octets.to_string buffer ~at:49 ~length:15) (String.make 15 'x'))

let block () =
  test "one block, FIPS 197" (fun () ->
      let key = bytes "000102030405060708090a0b0c0d0e0f" in
      let plain = bytes "00112233445566778899aabbccddeeff" in
      let encrypted = Aes_xts.encrypt_block ~key plain in
      equal "encrypted" encrypted (bytes "69c4e0d86a7b0430d8cdb78070b4c55a");
      equal "decrypted" (Aes_xts.decrypt_block ~key encrypted) plain)

let refusals () =
  let key = Aes_xts.create ~data:(repeated 1) ~tweak:(repeated 2) in
  let buffer = Octets.create 64 in
  let at ?(sector_bytes = 16) ?(first = 0) offset length () =
    Aes_xts.encrypt key ~sector_bytes ~first buffer ~offset ~length
  in
  test "what XTS refuses" (fun () ->
      refused "a key of 15 bytes" (fun () ->
          Aes_xts.create ~data:(String.make 15 'k') ~tweak:(repeated 2));
      refused "behind the end" (at 16 64);
      refused "before the start" (at (-16) 16);
      refused "a negative length" (at 0 (-16));
      refused "half a sector" (at ~sector_bytes:32 0 48);
      refused "half a block" (at ~sector_bytes:24 0 48);
      refused "sectors of nothing" (at ~sector_bytes:0 0 16);
      refused "a negative number" (at ~first:(-1) 0 16);
      refused "a block of 17 bytes" (fun () ->
          Aes_xts.encrypt_block ~key:(repeated 1) (String.make 17 'x')))

let argon2 () =
  test "Argon2id, RFC 9106" (fun () ->
      let key =
        Argon2.id ~secret:(String.make 8 '\003') ~associated:(String.make 12 '\004')
          { kibibytes = 32; passes = 3; lanes = 4 }
          ~password:(String.make 32 '\001') ~salt:(repeated 2) ~length:32
      in
      equal "key" key (bytes "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"));
  let cost = { Argon2.kibibytes = 8; passes = 1; lanes = 1 } in
  let make ?(length = 16) cost () = Argon2.id cost ~password:"p" ~salt:"s" ~length in
  test "what Argon2 refuses" (fun () ->
      refused "no lanes" (make { cost with lanes = 0 });
      refused "too little memory" (make { cost with lanes = 2 });
      refused "no passes" (make { cost with passes = 0 });
      refused "a short key" (make ~length:3 cost);
      refused "too much memory" (make { cost with kibibytes = 1 lsl 31 }))

let () =
  print_endline ("# AES: " ^ Aes_xts.code ());
  xts ();
  block ();
  refusals ();
  argon2 ();
  Check.finish ()
