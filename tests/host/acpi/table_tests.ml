(* ACPI's root pointer, root tables and headers: what is found, and what is wrong where. *)
open Bytes_of
open Acpi

let test = Check.test
let that = Check.that
let load ?(rsdp = 0x1000) memory = Tables.load (read memory) ~rsdp

let plain n address =
  ignore (address : int);
  table (Printf.sprintf "T%03d" n) [ zeros n ]

let signatures (t : Tables.t) = List.map (fun (table : Table.t) -> table.signature) t.tables

let errors (t : Tables.t) =
  List.map (fun (e : Error.t) -> (e.table, e.address, e.offset, e.problem)) t.errors

(* The memory with the bytes at an address changed. *)
let change memory address f =
  List.map (fun (at, bytes) -> (at, if at = address then f bytes else bytes)) memory

let machine_of_three = machine [ plain 1; plain 2; plain 3 ]

let rsdp_tests () =
  test "rsdp: both revisions" (fun () ->
      let old = Expect.ok (Rsdp.read (read [ (0x1000, rsdp ~revision:0 ~rsdt:0x2000
        ()) ]) 0x1000) in
      that "old" (old.rsdt = Some 0x2000 && old.xsdt = None && old.oem_id = "BACTRI");
      let new_ = Expect.ok (Rsdp.read (read [ (0x1000, rsdp ~xsdt:0x2000 ()) ]) 0x1000) in
      that "new" (new_.rsdt = None && new_.xsdt = Some 0x2000 && new_.revision = 2));
  test "rsdp: errors with their offsets" (fun () ->
      let wrong bytes ~at problem =
        Expect.wrong "RSD PTR " ~at problem (Rsdp.read (read [ (0x1000, bytes) ]) 0x1000)
      in
      let good = rsdp ~xsdt:0x2000 () in
      wrong "short" ~at:0 (Unreadable { length = 20 });
      wrong (set good 0 "XSD PTR ") ~at:0 (Bad_signature { found = "XSD PTR " });
      wrong (set good 9 "X") ~at:8 Bad_checksum;
      wrong (set good 28 "X") ~at:32 Bad_checksum;
      wrong (sum (set good 20 (u32 35)) ~at:32) ~at:20 (Bad_length { found = 35 });
      wrong (sum (set good 20 (u32 5000)) ~at:32) ~at:20 (Bad_length { found = 5000 });
      wrong (rsdp ~revision:0 ()) ~at:16 Missing);
  test "rsdp: a bad extended part is no loss where there is an RSDT" (fun () ->
      let bytes = set (rsdp ~rsdt:0x3000 ~xsdt:0x2000 ()) 28 "X" in
      let found = Expect.ok (Rsdp.read (read [ (0x1000, bytes) ]) 0x1000) in
      that "the RSDT alone" (found.rsdt = Some 0x3000 && found.xsdt = None));
  test "rsdp: found in a PC's memory" (fun () ->
      let low = zeros 0x350 ^ rsdp ~xsdt:0x2000 () ^ zeros 0x100 in
      let find length = Rsdp.find (read [ (0xe0000, low) ]) ~address:0xe0000 ~length in
      that "there" (Option.map (fun (t : Rsdp.t) -> t.address) (find 0x400) = Some 0xe0350);
      that "not there" (find 0x350 = None))

let walk_tests () =
  test "tables: all of them, the DSDT last" (fun () ->
      let t = Expect.ok (load machine_of_three) in
      that "signatures" (signatures t = [ "FACP"; "T001"; "T002"; "T003"; "DSDT" ]);
      that "no errors" (t.errors = []);
      that "found" (Tables.find t "T002" <> None && Tables.find t "T004" = None);
      that "the root is not among them" (Tables.find t "XSDT" = None));
  test "tables: by the RSDT, where that is all" (fun () ->
      let root = table "RSDT" [ u32 0x10000 ] in
      let memory = [ (0x1000, rsdp ~revision:0 ~rsdt:0x2000 ()); (0x2000, root);
        (0x10000, plain 1 0) ] in
      that "it" (signatures (Expect.ok (load memory)) = [ "T001" ]));
  test "tables: by the RSDT, where the XSDT is bad" (fun () ->
      let root = table "RSDT" [ u32 0x10000 ] in
      let memory =
        [ (0x1000, rsdp ~rsdt:0x2000 ~xsdt:0x5000 ()); (0x2000, root); (0x10000, plain 1 0) ]
      in
      let t = Expect.ok (load memory) in
      that "it" (signatures t = [ "T001" ]);
      that "and says so" (errors t = [ ("????", 0x5000, 0, Error.Unreadable { length = 36 }) ]));
  test "tables: without a root table there is nothing" (fun () ->
      let without root = load [ (0x1000, rsdp ~xsdt:0x2000 ()); (0x2000, root) ] in
      Expect.wrong "SSDT" ~at:0 (Bad_signature { found = "SSDT" }) (without (table "SSDT" []));
      Expect.wrong "XSDT" ~at:9 Bad_checksum (without (set (table "XSDT" [ u64 1 ]) 37 "x"));
      Expect.wrong "XSDT" ~at:4
        (Bad_length { found = 35 }) (without (set (table "XSDT" []) 4 (u32 35))));
  test "tables: definition blocks, the DSDT first" (fun () ->
      let t = Expect.ok (load (machine [ (fun _ -> table "SSDT" []); plain 1;
        (fun _ -> table "SSDT" [ u8 0 ]) ])) in
      let blocks = List.map (fun (t : Table.t) -> t.signature) (Tables.definition_blocks t) in
      that "they" (blocks = [ "DSDT"; "SSDT"; "SSDT" ]))

(* Each change leaves the other tables usable, and is the one error. *)
let damage_tests () =
  let damaged name at f error left =
    test ("tables: " ^ name) (fun () ->
        let t = Expect.ok (load (change machine_of_three at f)) in
        that "the error" (errors t = [ error ]);
        that "the others" (signatures t = left))
  in
  let left = [ "FACP"; "T002"; "T003"; "DSDT" ] in
  damaged "a wrong checksum" 0x11000
    (fun b -> set b 36 "x") ("T001", 0x11000, 9, Error.Bad_checksum) left;
  damaged "a length too small" 0x11000
    (fun b -> set b 4 (u32 8)) ("T001", 0x11000, 4, Error.Bad_length { found = 8 }) left;
  damaged "a length too large" 0x11000
    (fun b -> set b 4 (u32 0x7fffffff))
    ("T001", 0x11000, 4, Error.Bad_length { found = 0x7fffffff }) left;
  damaged "a length beyond what can be read" 0x11000
    (fun b -> set b 4 (u32 0x800)) ("T001", 0x11000, 0, Error.Unreadable { length = 0x800 }) left;
  damaged "two at once" 0x2000
    (fun b -> sum (set b 44 (u64 0x12000)) ~at:9)
    ("T002", 0x12000, 0, Error.Repeated { first = 0x12000 }) left;
  damaged "the root table in itself" 0x2000
    (fun b -> sum (set b 44 (u64 0x2000)) ~at:9)
    ("XSDT", 0x2000, 0, Error.Repeated { first = 0x2000 })
    left;
  damaged "an entry of zero" 0x2000
    (fun b -> sum (set b 44 (u64 0)) ~at:9)
    ("XSDT", 0x2000, 44, Error.Bad_value { field = "Entry"; value = 0L }) left;
  damaged "an entry of 64 bits" 0x2000
    (fun b -> sum (set b 44 "\xff\xff\xff\xff\xff\xff\xff\xff") ~at:9)
    ("XSDT", 0x2000, 44, Error.Bad_value { field = "Entry"; value = -1L }) left;
  damaged "no DSDT" 0x8000
    (fun b -> set b 0 "SSDT") ("SSDT", 0x8000, 0, Error.Bad_signature { found = "SSDT" })
    [ "FACP"; "T001"; "T002"; "T003" ]

let overlap_tests () =
  test "tables: overlaps" (fun () ->
      let inner = table "INNR" [ zeros 4 ] in
      let outer address = ignore (address : int); table "OUTR" [ zeros 4; inner; zeros 4 ] in
      let memory = machine [ outer ] in
      let root = table "XSDT" [ u64 0x10000; u64 0x11000; u64 0x11028 ] in
      let t = Expect.ok (load (change memory 0x2000 (fun _ -> root))) in
      that "the second is left out" (signatures t = [ "FACP"; "OUTR"; "DSDT" ]);
      that "error"
        (errors t = [ ("INNR", 0x11028, 0, Error.Overlap { other = "OUTR"; at = 0x11000 }) ]));
  test "tables: a second MADT is left out, a second SSDT is not" (fun () ->
      let twice signature = machine [ (fun _ -> table signature []);
        (fun _ -> table signature [ u8 1 ]) ] in
      let madts = Expect.ok (load (twice "APIC")) and ssdts = Expect.ok (load (twice "SSDT")) in
      that "one" (signatures madts = [ "FACP"; "APIC"; "DSDT" ]);
      that "said" (errors madts = [ ("APIC", 0x12000, 0, Error.Repeated { first = 0x11000 }) ]);
      that "both" (signatures ssdts = [ "FACP"; "SSDT"; "SSDT"; "DSDT" ]));
  test "tables: more entries than any machine has" (fun () ->
      let root = table "XSDT" (List.init 1100 (fun _ -> u64 0x10000)) in
      let t = Expect.ok (load (change (machine []) 0x2000 (fun _ -> root))) in
      that "cut" (List.length t.errors = 1024 && signatures t = [ "FACP"; "DSDT" ]))

let () =
  rsdp_tests ();
  walk_tests ();
  damage_tests ();
  overlap_tests ();
  Check.finish ()
