(* The check finds what is wrong: each kind of damage, behind right hashes. *)
open Redoxfs

(* The root directory is node 1, "a" 2, "noise" 3, "d" 4. *)
let sample () =
  let bytes = Files.fresh () in
  let fs = Files.mount bytes in
  Files.add fs "a" "text";
  let random = Random.State.make [| 1 |] in
  Files.add fs "noise" (String.init 300_000 (fun _ -> Char.chr (Random.State.int random 256)));
  ignore (Files.create ~kind:Directory fs "d");
  for i = 1 to 150 do ignore (Files.create fs (Printf.sprintf "d/%03d%s" i
    (String.make 90 'n'))) done;
  Files.ok (Fs.unmount fs);
  Image.clean bytes;
  bytes

let node id = [ 48; 0; 0; 0; 16 * id ]

let has_part text part =
  let n = String.length part in
  let rec go i = i + n <= String.length text && (String.sub text i n = part || go (i + 1)) in
  go 0

let finds ?(sample = sample) name offsets change expected =
  Check.test ("check: " ^ name) (fun () ->
      let bytes = sample () in
      Damage.at bytes offsets change;
      let result = Redoxfs_check.run (Device.memory bytes) ~base:0 in
      let texts = List.map (fun f -> f.Redoxfs_check.Report.text) result.findings in
      if not (List.exists (fun text -> has_part text expected) texts) then
        Expect.fail "%d findings: %s" result.count (String.concat "; " texts))

let nodes () =
  finds "links" (node 2) (fun b -> Buffer.set32 b 10 2) "node 2: 1 links, not 2";
  finds "blocks" (node 3) (fun b -> Buffer.set64 b 22 7L) "blocks, not 7";
  finds "mode" (node 2) (fun b -> Buffer.set16 b 0 0x21ff) "node 2: mode";
  finds "flags" (node 2) (fun b -> Buffer.set32 b 70 3) "node 2: flags";
  finds "record level" (node 2) (fun b -> Buffer.set32 b 66 6) "node 2: record level";
  finds "a record behind the end" (node 3) (fun b ->
    Buffer.set64 b 14 1000L) "a record behind its end";
  finds "a directory's size" (node 4) (fun b -> Buffer.set64 b 14 4096L) "node 4: size 4096";
  finds "a block of two users" (node 3) (fun b -> Buffer.blit b 128 b 144 16) "it has another user";
  finds "a pointer to nowhere" (node 3) (fun b ->
    Buffer.set64 b 128 0x7fffffff00L) "out of the file system";
  finds "a leak" (node 3) (fun b -> Buffer.set64 b 128 0L) "nothing uses it"

let trees () =
  finds "a flag too many" [ 48; 0; 0; 0 ] (fun b -> Buffer.set8 b 4095 0x20) "the flag of slot 253";
  finds "a flag too few" [ 48; 0; 0; 0 ] (fun b -> Buffer.set8 b 4064 0xfd) "the flag of slot 1";
  finds "the top flags" [ 48 ] (fun b -> Buffer.set8 b 4095 0x80) "top flags";
  finds "a lost node" [ 48; 0; 0; 0 ]
    (fun b -> Buffer.fill b 32 16 '\000'; Buffer.set8 b 4064 (Buffer.get8 b 4064 land 0xfb))
    "is node 2, which is not there"

(* The first name of the first leaf, so that its hash is beyond that leaf. *)
let rename_far b =
  let length = Buffer.get8 b 4 in
  let rec go c =
    Buffer.set8 b 5 c;
    if Name.hash (Buffer.to_string b 5 length) < 0xe000_0000 then go (c + 1)
  in
  go (Char.code 'A')

let names () =
  let root_leaf = node 1 @ [ 144 ] and inner = node 4 @ [ 144 ] in
  finds "a name's length" root_leaf (fun b -> Buffer.set8 b 4 0) "entry 0 of 3 does not fit";
  finds "used bytes" root_leaf (fun b -> Buffer.set16 b 4094 9) "does not fit";
  finds "another name" (inner @ [ 4 ]) rename_far "is not between";
  finds "a bad name" root_leaf (fun b -> Buffer.set8 b 5 (Char.code ':')) "the name \":";
  finds "another node" root_leaf (fun b ->
    Buffer.set32 b 0 (5 - min 3 (Buffer.get32 b 0))) "links, not";
  finds "order" inner (fun b -> Buffer.set32 b 0 0xfffffffe) "out of order"

let logs () =
  finds "the log frees what is used" [ 64 ] (fun b -> Buffer.set64 b 16 261L) "free";
  finds "the log frees twice" [ 64 ]
    (fun b -> Buffer.blit b 16 b (16 + (16 * 250)) 16)
    "does not fit"

(* Of two snapshots the live file system and each have something that the others have not. *)
let with_snapshots () =
  let bytes = sample () in
  let fs = Files.mount bytes in
  Files.ok (Fs.create_snapshot fs "old");
  Files.ok (Fs.unlink fs ~directory:1 "a");
  Files.ok (Fs.create_snapshot fs "new");
  Files.ok (Fs.unlink fs ~directory:1 "noise");
  Files.ok (Fs.unmount fs);
  Image.clean bytes;
  bytes

(* An entry of the table: the newest is 1. *)
let entry n offset = (256 * n) + offset

let snapshots () =
  let finds = finds ~sample:with_snapshots and clear at b = Buffer.set64 b at 0L in
  let new_tree = [ 3184; entry 1 0; 0; 0; 0 ] in
  finds "a snapshot's node" (new_tree @ [ 48 ]) (fun b -> Buffer.set32 b 10 2)
    "snapshot \"new\": node 3: 1 links, not 2";
  finds "no dead list" [] (clear 3200) "snapshot \"new\": a record: neither live nor dead";
  finds "no dead list of a snapshot" [ 3184 ] (clear (entry 1 48))
    "snapshot \"old\": a node: neither live nor dead";
  finds "a dead block that is live" [ 3200 ] (fun b -> Buffer.set64 b 16 261L) "it is dead, and";
  finds "it was free then" [ 3184; entry 1 32 ] (fun b -> Buffer.set64 b 16 261L) "was free then";
  finds "a dead block of that time" [ 3184 ]
    (fun b ->
      let old = Buffer.copy (Buffer.sub b (entry 2 48) 16) in
      Buffer.blit b (entry 1 48) b (entry 2 48) 16;
      Buffer.blit old 0 b (entry 1 48) 16)
    "snapshot \"old\": a node: it was dead then"

let hashes () =
  Check.test "check: a flipped bit" (fun () ->
      let bytes = sample () in
      let block = ref 0 in
      Damage.at bytes (node 3) (fun b -> block := Int64.to_int (Buffer.get64 b 128) lsr 8);
      Buffer.set8 bytes ((!block * 4096) + 17) (Buffer.get8 bytes ((!block * 4096) + 17) lxor 4);
      match (Redoxfs_check.run (Device.memory bytes) ~base:0).findings with
      | [ { block = found; weight = Wrong; _ } ] -> Expect.int "block" found !block
      | _ -> Expect.fail "not found")

let () =
  nodes ();
  trees ();
  names ();
  logs ();
  snapshots ();
  hashes ();
  Check.finish ()
