(* An image that Redox's own code wrote: argument 1, unpacked. Skipped without. *)
open Redoxfs

let test name = Check.test ("fixture: " ^ name)

let load file =
  let channel = open_in_bin file in
  let text = In_channel.input_all channel in
  close_in channel;
  Buffer.of_string text

let sha256 text =
  let from, into = Unix.open_process "sha256sum" in
  output_string into text;
  close_out into;
  let sum = input_line from in
  ignore (Unix.close_process (from, into));
  String.sub sum 0 64

let file fs name ~links ~permissions ~size ~sum =
  test name (fun () ->
      let id = Files.find fs name in
      let node = Files.ok (Fs.stat fs id) in
      Check.that "a file" (node.kind = File);
      Expect.int "links" node.links links;
      Expect.int "permissions" node.permissions permissions;
      Expect.int "size" node.size size;
      Expect.text "sum" (sha256 (Files.contents fs id)) sum)

let pieces fs =
  test "read in pieces of any size" (fun () ->
      let id = Files.find fs "zeros-and-text.bin" in
      let whole = Files.contents fs id in
      let piece at length =
        let buffer = Buffer.create (length + 2) in
        let n = Files.ok (Fs.read fs id ~offset:at { buffer; at = 1; length }) in
        Expect.int "read" n (min length (String.length whole - at));
        Expect.text "bytes" (Buffer.to_string buffer 1 n) (String.sub whole at n);
        Expect.int "before" (Buffer.get8 buffer 0) 0;
        Expect.int "behind" (Buffer.get8 buffer (length + 1)) 0
      in
      List.iter (fun (at, length) -> piece at length)
        [ (0, 1); (131071, 2); (4095, 4098); (131072, 131072); (239999, 10); (0, 300000) ];
      let buffer = Buffer.create 1 in
      Expect.int "at the end" (Files.ok (Fs.read fs id ~offset:240000 { buffer; at = 0; length =
        1 })) 0)

let names fs =
  test "names" (fun () ->
      let root = List.sort compare (Files.names fs Operations.root) in
      Check.that "root"
        (root = [ "hard.txt"; "inline.txt"; "link"; "many"; "noise.bin"; "sparse";
          "zeros-and-text.bin" ]);
      Expect.int "one file" (Files.find fs "hard.txt") (Files.find fs "inline.txt");
      Expect.text "link" (Files.ok (Fs.read_link fs (Files.find fs "link"))) "inline.txt";
      Files.fails No_entry (Fs.lookup fs ~directory:Operations.root "nothing"));
  test "300 names in a hashed tree" (fun () ->
      let many = Files.find fs "many" in
      let expected = List.init 300 (Printf.sprintf "a-fairly-long-file-name-%04d") in
      Check.that "all" (List.sort compare (Files.names fs many) = expected);
      List.iter (fun name -> ignore (Files.find fs ("many/" ^ name))) expected;
      Files.fails No_entry (Fs.lookup fs ~directory:many "a-fairly-long-file-name-0300"))

let contents fs =
  let inline = "587c99e3cc8b6ee29700c43cf126c4d95e2ca73925546fb2d29ec4be8b946f92" in
  file fs "inline.txt" ~links:2 ~permissions:0o644 ~size:14 ~sum:inline;
  file fs "hard.txt" ~links:2 ~permissions:0o644 ~size:14 ~sum:inline;
  file fs "zeros-and-text.bin" ~links:1 ~permissions:0o600 ~size:240000
    ~sum:"91ab7b0dcef55aab93bfec60a7949f27f011dc5d422160e168c63a4824f8d408";
  file fs "noise.bin" ~links:1 ~permissions:0o600 ~size:300000
    ~sum:"46f844d7af1e642c692ea47bc749aad88a36faa2ff9c3f33ba564ea361db8e21";
  file fs "sparse" ~links:1 ~permissions:0o644 ~size:1048576
    ~sum:"e195324786d9a8a35ea11ca4187a0ee212f95157997580085a5b6dc3ac7d14da"

let untouched bytes fs =
  test "reading writes nothing" (fun () ->
      Expect.text "uuid" (Fs.statistics fs).uuid "golden-redoxfs-1";
      Files.ok (Fs.unmount fs);
      Expect.text "image" (sha256 (Buffer.to_string bytes 0 (Buffer.length bytes)))
        "4623cdf4e0a24e28d2b96d15527ec2b52c9d78d2d9a2e52422b8f3c7f1703933")

(* ---- the same, encrypted as Redox would have: see keys_tests for the bytes of that ---- *)

let encrypt bytes { Fs.keys; slots } =
  let bytes = Buffer.copy bytes and { Cipher.encrypt; encrypt_hash; _ } = Keys.cipher keys in
  for index = 0 to (Buffer.length bytes / 4096) - 1 do
    let block = { Block.index; bytes = Buffer.sub bytes (index * 4096) 4096 } in
    match Header.parse block with
    | Ok header when index < Header.ring ->
        let header = { header with key_slots = slots } in
        Buffer.blit (Header.print ~encrypt:encrypt_hash header) 0 block.bytes 0 4096
    | _ -> if index >= Header.ring then encrypt ~index block.bytes
  done;
  bytes

let encrypted bytes =
  let encryption = Passwords.first (fun n -> String.init n Char.chr) "correct horse" in
  let bytes = encrypt bytes encryption in
  let unlock = Unlock.with_password "correct horse" in
  let fs = Files.mount ~options:{ Files.options with read_only = true; unlock } bytes in
  test "encrypted: the check finds nothing" (fun () ->
      Image.clean ~cipher:(Some (Files.cipher_of encryption.keys)) bytes);
  names fs;
  contents fs

let all file =
  let bytes = load file in
  let fs = Files.mount ~options:{ Files.options with read_only = true } bytes in
  test "the check finds nothing" (fun () -> Image.clean bytes);
  names fs;
  contents fs;
  pieces fs;
  untouched bytes fs;
  encrypted bytes

let () =
  match Sys.getenv_opt "FIXTURE" with
  | Some file when file <> "" ->
      all file;
      Check.finish ()
  | _ ->
      print_endline "skip fixture: the image is absent (FIXTURES=)";
      print_endline "0 passed, 0 failed, 1 skipped"
