(* Encryption: bytes as another implementation makes them, passwords, damaged and hostile key slots,
   power cuts while passwords change. *)
open Redoxfs

let test name = Check.test ("keys: " ^ name)
let zeros n = String.make n '\000'

(* ---- bytes: made with libargon2 and Nettle, by what Redox's source says ---- *)

let from n = String.init 16 (fun i -> Char.chr (n + i))
let known = Keys.create ~data:(from 16) ~tweak:(from 32)
let known_password = "correct horse"

let known_slot =
  { Key_slots.salt = from 0;
    data = Hex.bytes "a2328ba629741eae4cb806f9d9f718ea";
    tweak = Hex.bytes "a437944e8b5b12ae7c6087a909e0962b" }

let hex text = String.concat "" (List.map (fun c -> Printf.sprintf "%02x" (Char.code c))
  (List.of_seq (String.to_seq text)))

let same what = Expect.equal what hex

let known_bytes () =
  test "a key slot" (fun () ->
      let salt _ = known_slot.salt in
      let slot = Keys.wrap known salt ~password:known_password in
      same "data" slot.data known_slot.data;
      same "tweak" slot.tweak known_slot.tweak;
      let slots = Key_slots.to_string (Key_slots.set Key_slots.none 63 (Some slot)) in
      same "slots" slots (zeros (63 * 48) ^ slot.salt ^ slot.data ^ slot.tweak));
  test "a header's encrypted hash" (fun () ->
      let hash = Hex.bytes "efcdab8967452301" ^ zeros 8 in
      let header = Header.blank ~uuid:(from 0) ~size:0 in
      let encrypted_hash = Hex.bytes "9d9e9ae9879f9aaf03d9a84b07238fb1" in
      let header = { header with generation = 300; hash; encrypted_hash } in
      same "hash" ((Keys.cipher known).encrypt_hash ~generation:300 hash) encrypted_hash;
      Check.that "it opens" (Keys.opens known header);
      Check.that "not another one" (not (Keys.opens known { header with generation = 301 })));
  test "blocks, by their index" (fun () ->
      let bytes = Buffer.create 8192 and cipher = Keys.cipher known in
      cipher.encrypt ~index:1000 bytes;
      same "the first" (Buffer.to_string bytes 0 16)
        (Hex.bytes "c98993a7d8eb367fba603af35472bd77");
      same "the second" (Buffer.to_string bytes 4096 16)
        (Hex.bytes "5cefe4000d35b3f0429b7255f650f0c9");
      cipher.decrypt ~index:1000 bytes;
      Check.that "zeros" (Buffer.is_zero bytes 0 8192))

(* ---- what Redox's own code wrote, with this password: parts of a header and of the tree ---- *)

let written_slot =
  { Key_slots.salt = Hex.bytes "011c60515cdf4ca8cf1c83c8f9e8fb73";
    data = Hex.bytes "ea11fc4f8c3055217348a36831be06a1";
    tweak = Hex.bytes "f55b1d99a02616a1d16fbb279d394222" }

let written_header =
  { (Header.blank ~uuid:(from 0) ~size:0) with
    generation = 4;
    key_slots = Key_slots.set Key_slots.none 0 (Some written_slot);
    hash = Hex.bytes "89eec3cc4892d97e" ^ zeros 8;
    encrypted_hash = Hex.bytes "67d610802830e5931bf29576cd8c75bf" }

let written () =
  test "what Redox wrote opens" (fun () ->
      match Unlock.find written_header ~password:known_password with
      | None -> Expect.fail "it does not"
      | Some (slot, keys) ->
          Expect.int "slot" slot 0;
          let block = Buffer.create 4096 and put = Buffer.set_string in
          put block 0
            (Hex.bytes "58c0046b38ec3046ab415cd7847392801df61a477c9814921400e5aaace40047");
          put block 4064
            (Hex.bytes "354c72fd17ebdbb016443a9824fca8bae1e3e36358128c9d51507c9e44673404");
          (Keys.cipher keys).decrypt ~index:274 block;
          same "the tree's start" (Buffer.to_string block 0 32)
            (Hex.bytes "000c010000000000f6f3a9623769003f" ^ zeros 16);
          same "its end" (Buffer.to_string block 4064 32) (zeros 32));
  test "but not with another password" (fun () ->
      Check.that "none" (Unlock.find written_header ~password:"correct hors" = None))

(* ---- opening ---- *)

let random = Random.State.make [| 1 |]
let some_bytes n = String.init n (fun _ -> Char.chr (Random.State.int random 256))

(* A file system with one file; its first password is "one". *)
let sample () =
  let encryption = Passwords.first some_bytes "one" in
  let bytes = Files.fresh ~encryption:(Some encryption) () in
  (bytes, encryption.keys)

let options unlock = { Files.options with unlock }
let mount_with unlock bytes = Fs.mount (options unlock) (Device.memory bytes)
let with_password password = mount_with (Unlock.with_password password)
let opened bytes password = Files.ok (with_password password bytes)
let clean bytes keys = Image.clean ~cipher:(Some (Files.cipher_of keys)) bytes

let fill bytes =
  let fs = opened bytes "one" in
  Files.add fs "a" "text that nobody shall see";
  Files.add fs "large" (String.make 300_000 'x');
  Files.ok (Fs.unmount fs)

let has bytes text =
  let first = text.[0] and n = String.length text in
  let rec go i =
    i <= Buffer.length bytes - n
    && ((Buffer.get8 bytes i = Char.code first && Buffer.equal_string bytes i text) || go (i + 1))
  in
  go 0

let opening () =
  let bytes, keys = sample () in
  fill bytes;
  test "the right password" (fun () ->
      let fs = opened bytes "one" in
      Expect.text "file" (Files.contents fs (Files.find fs "a")) "text that nobody shall see";
      Expect.int "size" (String.length (Files.contents fs (Files.find fs "large"))) 300_000;
      clean bytes keys);
  test "a wrong one" (fun () ->
      Files.fails Wrong_password (with_password "two" bytes);
      Files.fails Wrong_password (with_password "" bytes));
  test "none" (fun () -> Files.fails Locked (mount_with Unlock.locked bytes));
  test "what is stored cannot be read" (fun () ->
      Check.that "text" (not (has bytes "nobody shall"));
      Check.that "names" (not (has bytes "large")));
  test "the check needs the keys" (fun () ->
      match (Redoxfs_check.run (Device.memory bytes) ~base:0).findings with
      | [ { text = "the file system is encrypted, and there is no key"; _ } ] -> ()
      | _ -> Expect.fail "not said");
  test "the check with other keys" (fun () ->
      let cipher = Files.cipher_of known in
      match (Redoxfs_check.run ~cipher (Device.memory bytes) ~base:0).findings with
      | [ { text = "its encrypted hash is another one"; _ } ] -> ()
      | _ -> Expect.fail "not said");
  test "one that is not encrypted asks for nothing" (fun () ->
      let never _ = Expect.fail "it was asked" in
      let fs = Files.ok (mount_with never (Files.fresh ~encryption:None ())) in
      Check.that "no keys" (Fs.keys fs = None);
      Files.fails Not_encrypted (Passwords.add fs some_bytes "two");
      Files.fails Not_encrypted (Fs.set_key_slots fs Key_slots.none));
  test "it falls back without asking twice" (fun () ->
      let bytes = Buffer.copy bytes and asked = ref 0 in
      let fs = opened bytes "one" in
      Files.add fs "b" "more";
      Files.ok (Fs.sync fs);
      let newest = (Fs.statistics fs).generation in
      let tree = Int64.to_int (Buffer.get64 bytes ((newest * 4096) + 48)) lsr 8 in
      Buffer.set8 bytes (tree * 4096) (Buffer.get8 bytes (tree * 4096) lxor 1);
      let unlock headers = incr asked; Unlock.with_password "one" headers in
      let fs = Files.ok (mount_with unlock bytes) in
      Expect.int "generation" (Fs.statistics fs).generation (newest - 1);
      Expect.int "asked" !asked 1)

(* ---- changing ---- *)

let slots bytes generation = Buffer.to_string bytes ((generation mod 256 * 4096) + 80) 3072
let slot bytes generation i = String.sub (slots bytes generation) (48 * i) 48

let changing () =
  test "another password, changed, removed" (fun () ->
      let bytes, keys = sample () in
      fill bytes;
      let fs = opened bytes "one" in
      Expect.int "slot" (Files.ok (Passwords.add fs some_bytes "two")) 1;
      Files.ok (Fs.unmount fs);
      let fs = opened bytes "two" in
      Expect.int "slot of two" (Files.ok (Passwords.slot_of fs "two")) 1;
      Files.ok (Passwords.replace fs some_bytes 1 "three");
      Files.fails Wrong_password (with_password "two" bytes);
      Files.ok (Passwords.remove fs 0);
      Files.fails Wrong_password (with_password "one" bytes);
      Check.that "one is left" (Passwords.used fs = Ok [ 1 ]);
      Files.fails Last_password (Passwords.remove fs 1);
      Files.fails No_entry (Passwords.remove fs 0);
      Files.fails No_entry (Passwords.replace fs some_bytes 64 "four");
      Files.add fs "b" "more";
      Files.ok (Fs.unmount fs);
      clean bytes keys;
      let fs = opened bytes "three" in
      Expect.text "file" (Files.contents fs (Files.find fs "b")) "more");
  test "no header has a slot that was changed" (fun () ->
      let bytes, _ = sample () in
      fill bytes;
      let fs = opened bytes "one" in
      let old = slot bytes (Fs.statistics fs).generation 0 in
      (* A header that was torn has it, too. *)
      Buffer.blit bytes 80 bytes ((200 * 4096) + 80) 3072;
      Files.ok (Passwords.replace fs some_bytes 0 "two");
      let ring = Buffer.sub bytes 0 (256 * 4096) in
      Check.that "the slot" (not (has ring old));
      Check.that "its salt" (not (has ring (String.sub old 0 16))));
  test "older generations open with the new password alone" (fun () ->
      let bytes, _ = sample () in
      fill bytes;
      let fs = opened bytes "one" in
      Files.ok (Passwords.replace fs some_bytes 0 "two");
      let newest = (Fs.statistics fs).generation in
      Buffer.fill bytes (newest mod 256 * 4096) 4096 '\255';
      Files.fails Wrong_password (with_password "one" bytes);
      let fs = opened bytes "two" in
      Expect.int "generation" (Fs.statistics fs).generation (newest - 1);
      Expect.text "file" (Files.contents fs (Files.find fs "a")) "text that nobody shall see");
  test "64 passwords" (fun () ->
      let bytes, keys = sample () in
      let fs = opened bytes "one" in
      let all = List.init 63 (fun i -> Printf.sprintf "password %d" i) in
      List.iter (fun password -> ignore (Files.ok (Passwords.add fs some_bytes password))) all;
      Files.fails Too_many (Passwords.add fs some_bytes "one too many");
      Files.ok (Fs.unmount fs);
      clean bytes keys;
      ignore (opened bytes "password 62");
      Files.fails Wrong_password (with_password "one too many" bytes));
  test "a file system that is read alone" (fun () ->
      let bytes, _ = sample () in
      let options = { (options (Unlock.with_password "one")) with read_only = true } in
      let fs = Files.ok (Fs.mount options (Device.memory bytes)) in
      Files.fails Read_only (Passwords.add fs some_bytes "two"))

(* ---- damage ---- *)

(* Hashes that fit what is in the header now. *)
let sign keys image generation =
  let index = generation mod 256 in
  let bytes = Buffer.sub image (index * 4096) 4096 in
  Buffer.set64 bytes 4088 (Seahash.buffer bytes ~offset:0 ~length:4072);
  let header = Expect.ok (Header.parse { Block.index; bytes }) in
  Buffer.blit (Header.print ~encrypt:(Keys.cipher keys).encrypt_hash header) 0 bytes 0 4096

let damage () =
  test "a damaged slot is named" (fun () ->
      let bytes, keys = sample () in
      fill bytes;
      let newest = (Fs.statistics (opened bytes "one")).generation in
      let at = (newest mod 256 * 4096) + 80 + 20 in
      Buffer.set8 bytes at (Buffer.get8 bytes at lxor 1);
      sign keys bytes newest;
      match with_password "one" bytes with
      | Error (Damaged { block; field = "key slot 0"; _ }) ->
          Expect.int "block" block (newest mod 256);
          Files.fails Wrong_password (with_password "two" bytes)
      | Error reason -> Expect.fail "%s" (Reason.to_string reason)
      | Ok _ -> Expect.fail "it opened");
  test "other slots still open it" (fun () ->
      let bytes, keys = sample () in
      let fs = opened bytes "one" in
      ignore (Files.ok (Passwords.add fs some_bytes "two"));
      Files.ok (Fs.unmount fs);
      let newest = (Fs.statistics (opened bytes "two")).generation in
      Buffer.fill bytes ((newest mod 256 * 4096) + 80) 48 '\255';
      sign keys bytes newest;
      ignore (opened bytes "two"));
  test "any bytes in the slots" (fun () ->
      let bytes, keys = sample () in
      for _ = 1 to 20 do
        let count = 1 + Random.State.int random 5 in
        for i = 0 to count - 1 do
          Buffer.set_string bytes (4096 + 80 + (48 * i)) (some_bytes 48)
        done;
        sign keys bytes 1;
        Files.fails Wrong_password (with_password "one" bytes)
      done);
  test "another header's encrypted hash" (fun () ->
      let bytes, keys = sample () in
      fill bytes;
      let newest = (Fs.statistics (opened bytes "one")).generation in
      let at = (newest * 4096) + 4080 in
      Buffer.set8 bytes at (Buffer.get8 bytes at lxor 1);
      Files.fails Wrong_password (with_password "one" bytes);
      let fs = Files.ok (mount_with (Unlock.with_keys keys) bytes) in
      Expect.int "generation" (Fs.statistics fs).generation (newest - 1))

(* ---- power cuts and failing devices ---- *)

let nth_slots n = Key_slots.set Key_slots.none n (Some { known_slot with salt = from n })

let cuts () =
  test "power cuts while passwords change" (fun () ->
      let bytes, keys = sample () in
      let recorder = Recorder.create bytes and unlock = Unlock.with_keys keys in
      let fs = Files.ok (Fs.mount (options unlock) (Recorder.device recorder)) in
      (* Events until then, and the slot in use from then on. *)
      let changes = ref [ (0, 0) ] in
      for n = 1 to 8 do
        Files.add fs (string_of_int n) (String.make 5000 'x');
        if n land 1 = 0 then Files.ok (Fs.sync fs);
        Files.ok (Fs.set_key_slots fs (nth_slots n));
        changes := (Recorder.events recorder, n) :: !changes
      done;
      let cipher = Files.cipher_of keys in
      for at = 1 to Recorder.events recorder do
        let device = Recorder.cut recorder random ~at in
        let fs = Files.ok (Fs.mount (options unlock) device) in
        let _, least = List.find (fun (events, _) -> events <= at) !changes in
        let used = List.map fst (Key_slots.used (Fs.header fs).key_slots) in
        Check.that "before or after" (used = [ least ] || used = [ least + 1 ]);
        let result = Redoxfs_check.run ~cipher device ~base:0 in
        let is_done = List.mem_assoc at !changes in
        let is_slots { Redoxfs_check.Report.text; _ } =
          String.ends_with ~suffix:"has other key slots" text
        in
        Check.that "whole" (List.for_all is_slots result.findings);
        if is_done then Check.that "no old slots" (result.count = 0);
        (* The same again finishes it. *)
        Files.ok (Fs.set_key_slots fs (nth_slots (List.hd used)));
        Check.that "finished" ((Redoxfs_check.run ~cipher device ~base:0).count = 0)
      done)

let failing () =
  test "devices that fail while passwords change" (fun () ->
      for seed = 1 to 60 do
        let bytes, keys = sample () in
        let faulty = Faulty.create (Device.memory bytes) (Random.State.make [| seed |]) ~one_in:3 in
        Faulty.set faulty false;
        let fs = Files.ok (Fs.mount (options (Unlock.with_keys keys)) (Faulty.device faulty)) in
        Faulty.set faulty true;
        let first = Passwords.used fs in
        let result = Fs.set_key_slots fs (nth_slots 7) in
        Faulty.set faulty false;
        let fs = Files.ok (mount_with (Unlock.with_keys keys) bytes) in
        let used = Passwords.used fs in
        match result with
        | Ok () -> Check.that "changed" (used = Ok [ 7 ])
        | Error (Device _) -> Check.that "before or after" (used = first || used = Ok [ 7 ])
        | Error reason -> Expect.fail "%s" (Reason.to_string reason)
      done)

let () =
  known_bytes ();
  written ();
  opening ();
  changing ();
  damage ();
  cuts ();
  failing ();
  Check.finish ()
