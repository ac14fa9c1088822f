(* What stands on the namespace: resource templates, ids, devices, PCI routing, sleep states. The
   argument is templates.asl. *)
open Aml
open Machine_facts

let test = Check.test
let that = Check.that
let text = same Fun.id
let texts = same (String.concat "; ")

let machine path =
  let machine, errors = Machine.load (Memory.handlers (Memory.create ()))
    [ Asl_file.compile path ] in
  List.iter (fun error -> that (show Error.pp error) false) errors;
  machine

let below_sb name = [ "_SB_"; name ]

let template machine name =
  match Machine.evaluate machine (below_sb name) with
  | Ok (Buffer bytes) -> bytes
  | _ -> failwith name

let decoded machine name = Result.get_ok (Resource.decode (template machine name))

let templates =
  [
    ("T001", "IRQ 3 4 edge/high");
    ("T002", "IRQ 9 level/low");
    ("T003", "DMA 2 3");
    ("T004", "ports 0x3f8+0x8");
    ("T005", "0x4 ports in 0x100-0x200");
    ("T006", "ports 0x60+0x1");
    ("T007", "DMA 3, request 32");
    ("T008", "0x2000 bytes of memory in 0x100000-0x200000");
    ("T009", "0x2000 bytes of memory in 0x10000000-0x1fffffff");
    ("T010", "memory 0xfed00000+0x400");
    ("T011", "window of buses 0x0-0xff");
    ("T012", "window of ports 0xd00-0xffff");
    ("T013", "range of memory 0xc0000000-0xfebfffff");
    ("T014", "window of memory 0x100000000-0x8ffffffff");
    ("T015", "descriptor 0x8a, 43 bytes");
    ("T016", "GSI 16 300 level/high");
    ("T017", "GSI 7 edge/low");
    ("T018", "register memory 0xfed80000/32+4");
    ("T019", "vendor's 3 bytes");
    ("T021", "either; IRQ 5 edge/high; either; IRQ 7 edge/high; end of choices");
    ("T022", "window of memory 0x200000000-0x2ffffffff");
    ("T023", "");
  ]

let template_tests machine =
  let check (name, expected) =
    test (Printf.sprintf "resources: %s" (if expected = "" then "none" else expected)) (fun () ->
        text expected (String.concat "; " (List.map (show Resource.pp) (decoded machine name))))
  in
  List.iter check templates;
  test "resources: the fields of a window" (fun () ->
      match decoded machine "T013" with
      | [ Window w ] ->
          that "kind" (w.space = Memory && (not w.is_producer) && w.is_subtractive);
          that "fixed" (w.minimum_fixed && not w.maximum_fixed);
          that "numbers" (w.translation = 0x1000 && w.length = 0x3ec00000 && w.granularity = 0);
          that "flags" (w.flags = 0b011 && w.source = None)
      | _ -> failwith "no window");
  test "resources: an interrupt's source and sharing" (fun () ->
      match decoded machine "T017" with
      | [ Extended_irq { interrupt; is_producer; source } ] ->
          that "whose" (source = Some { index = 1; path = "\\_SB.LNKA" } && is_producer);
          that "flags" (interrupt.shared && interrupt.wakes)
      | _ -> failwith "no interrupt");
  test "resources: what is not read is there" (fun () ->
      match decoded machine "T020" with
      | [ Other { kind = 0x8c; offset = 0; _ } ] -> ()
      | _ -> failwith "another")

let error_tests machine =
  let wrong name bytes offset problem =
    test ("resources: " ^ name) (fun () ->
        match Resource.decode bytes with
        | Ok _ -> failwith "no error"
        | Error error -> that (show Resource.pp_error error) (error = { Resource.offset; problem }))
  in
  wrong "no bytes" "" 0 Truncated;
  wrong "no end tag" "\x22\x08\x00" 3 Truncated;
  wrong "cut in a small descriptor" "\x47\x01" 0 Truncated;
  wrong "cut in a large one's header" "\x22\x08\x00\x86\x09" 3 Truncated;
  wrong "cut in a large one" "\x86\x09\x00\x01" 0 Truncated;
  wrong "a large one that is too short" "\x86\x02\x00\x01\x02\x79\x00" 0
    (Too_short { kind = 0x86; length = 2 });
  wrong "a small one that is too short" "\x21\x08\x79\x00" 0 (Too_short { kind = 4; length = 1 });
  wrong "a wrong checksum" "\x22\x08\x00\x79\x01" 3 Bad_checksum;
  test "resources: a right checksum, and none" (fun () ->
      that "right" (Result.is_ok (Resource.decode "\x22\x08\x00\x79\x5d"));
      that "none" (Result.is_ok (Resource.decode "\x22\x08\x00\x79\x00")));
  test "resources: interrupts written are read again" (fun () ->
      let round name =
        let resource = List.hd (decoded machine name) in
        match Resource.encode_interrupt resource with
        | Some bytes -> Resource.decode bytes = Ok [ resource ]
        | None -> false
      in
      that "IRQ" (round "T001" && round "T002");
      that "GSI" (round "T016");
      that "nothing else" (Resource.encode_interrupt (List.hd (decoded machine "T004")) = None))

let id_tests machine =
  test "ids: EISA's letters and digits" (fun () ->
      text "PNP0A08" (Device_id.of_eisa 0x080ad041L);
      text "PNP0501" (Device_id.of_eisa 0x0105d041L));
  let devices, errors = Device.list machine in
  let find name = List.find_opt (fun (d : Device.t) -> Path.to_string d.path = name) devices in
  test "devices: ids and unique ids" (fun () ->
      let ids name = match find name with Some d -> d.ids | None -> [] in
      texts [ "PNP0A08"; "PNP0A03"; "BACT0001" ] (ids "\\_SB.PCI0");
      let uid name = Option.bind (find name) (fun (d : Device.t) -> d.uid) in
      that "a number" (uid "\\_SB.LNKA" = Some "1");
      that "a string" (uid "\\_SB.LNKB" = Some "two");
      that "a processor's" (uid "\\_SB.CPU3" = Some "3"));
  test "devices: below what is not there is nothing, unless it functions" (fun () ->
      that "gone" (find "\\_SB.PCI0.GONE" <> None && find "\\_SB.PCI0.GONE.DEEP" = None);
      that "works" (find "\\_SB.PCI0.WORK.DEEP" <> None));
  test "devices: what cannot be told leaves that one out" (fun () ->
      that "left out" (find "\\_SB.PCI0.BAD2" = None);
      texts
        [ "\\_SB.PCI0.BAD2._ADR: wanted an integer of 62 bits, found \"text\"" ]
        (List.map (show Query.pp_error) errors));
  test "devices: bad resources say whose they are" (fun () ->
      match Device.resources machine (Option.get (find "\\_SB.PCI0.BAD1")) with
      | Ok _ -> failwith "no error"
      | Error error ->
          text "\\_SB.PCI0.BAD1._CRS: offset 0: the resources end without their end tag"
            (show Query.pp_error error))

let routing_tests machine =
  let pci0 = below_sb "PCI0" in
  let entries = Option.get (ok (Routing.table machine pci0)) in
  test "routing: the entries" (fun () ->
      texts
        [ "device 1 INTA: GSI 16"; "device 1 INTB: \\_SB.LNKA[0]"; "device 2 INTD: \\_SB.LNKB[0]";
          "device 3 INTA: \\_SB.LNKB[0]" ]
        (List.map (show Routing.pp) entries);
      that "found" (Routing.find entries ~device:1 ~pin:0 = Some (Line 16));
      that "not found" (Routing.find entries ~device:1 ~pin:2 = None));
  test "routing: a link is set to the last of its lines, and keeps it" (fun () ->
      let of_interrupt (i : Resource.interrupt) = (i.lines, i.mode.polarity) in
      let line target = Option.map of_interrupt (ok (Routing.interrupt machine target)) in
      let link name = Routing.Link { path = below_sb name; index = 0 } in
      that "direct" (line (Line 16) = Some ([ 16 ], Active_low));
      that "off" (ok (Routing.current machine (below_sb "LNKA") ~index:0) = None);
      that "IRQ" (line (link "LNKA") = Some ([ 11 ], Active_low));
      that "in its register" (Machine.evaluate machine (below_sb "LINA") = Ok (Integer 11L));
      let choice = List.hd (ok (Routing.possible machine (below_sb "LNKA"))) in
      ok (Routing.set machine (below_sb "LNKA") choice 5);
      that "as it was set" (line (link "LNKA") = Some ([ 5 ], Active_low));
      that "GSI" (line (link "LNKB") = Some ([ 41 ], Active_high)));
  test "routing: errors" (fun () ->
      let error name =
        match Routing.table machine (pci0 @ [ name ]) with
        | Ok _ -> "none"
        | Error error -> show Query.pp_error error
      in
      text
        ("\\_SB.PCI0.BAD0._PRT: wanted an entry of address, pin, source and index, "
        ^ "found [0xffff, 0x4, 0x0, 0x1]")
        (error "BAD0");
      text "\\_SB.PCI0.BAD1._PRT: wanted a package, found 0x5" (error "BAD1");
      that "no table" (ok (Routing.table machine (below_sb "LNKA")) = None));
  test "routing: the interrupt model is told" (fun () ->
      ok (Routing.set_model machine Apic);
      that "told" (Machine.evaluate machine [ "_SB_"; "PCI0"; "MODE" ] = Ok (Integer 1L)))

let sleep_tests machine =
  test "sleep: the states' values" (fun () ->
      that "two" (ok (Sleep.state machine 5) = Some { type_a = 5; type_b = 6 });
      that "one for both" (ok (Sleep.state machine 3) = Some { type_a = 5; type_b = 0 });
      that "none" (ok (Sleep.state machine 1) = None);
      that "bad" (Result.is_error (Sleep.state machine 4)));
  test "sleep: the firmware is told" (fun () ->
      ok (Sleep.prepare machine 5);
      that "told" (Machine.evaluate machine [ "LAST" ] = Ok (Integer 5L)));
  test "sleep: writes to both PM1 blocks" (fun () ->
      let body = Bytes_of.(zeros 28 ^ u32 0xb004 ^ u32 0xb104 ^ zeros 17 ^ u8 2 ^ zeros 26) in
      let fadt = Expect.ok (Acpi.Fadt.of_table (Expect.table (Bytes_of.table "FACP" [ body ]))) in
      let shown ({ register; keep; value } : Sleep.write) = (register.address, keep, value) in
      that "they"
        (List.map shown (Sleep.enter fadt { type_a = 5; type_b = 6 })
         = [ (0xb004, 0xc3ff, 0x1400); (0xb104, 0xc3ff, 0x1800); (0xb004, 0xc3ff, 0x3400);
             (0xb104, 0xc3ff, 0x3800) ]))

let () =
  let machine = machine Sys.argv.(1) in
  template_tests machine;
  error_tests machine;
  id_tests machine;
  routing_tests machine;
  sleep_tests machine;
  Check.finish ()
