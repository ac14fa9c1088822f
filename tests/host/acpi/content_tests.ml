(* What stands in each of ACPI's static tables: right values from good ones, errors with their
   offsets from others. *)
open Bytes_of
open Acpi

let test = Check.test
let that = Check.that
let read of_table ?revision signature parts = of_table
  (Expect.table (table ?revision signature parts))

(* Every table is refused when it is shorter than its fixed part, and when it is another table. *)
let shapes () =
  let shape name signature size of_table =
    test (name ^ ": another table, and one too short") (fun () ->
        Expect.wrong "ELSE" ~at:0
          (Bad_signature { found = "ELSE" }) (read of_table "ELSE" [ zeros 300 ]);
        Expect.wrong signature ~at:(size - 1)
          (Truncated { wanted = 1 }) (read of_table signature [ zeros (size - 37) ]))
  in
  shape "fadt" "FACP" 116 Fadt.of_table;
  shape "madt" "APIC" 44 Madt.of_table;
  shape "mcfg" "MCFG" 44 Mcfg.of_table;
  shape "hpet" "HPET" 56 Hpet.of_table;
  shape "spcr" "SPCR" 76 Spcr.of_table;
  shape "srat" "SRAT" 48 Srat.of_table;
  shape "slit" "SLIT" 44 Slit.of_table;
  shape "gtdt" "GTDT" 96 Gtdt.of_table;
  shape "rhct" "RHCT" 56 Rhct.of_table

let minus_one = "\xff\xff\xff\xff\xff\xff\xff\xff"
let too_large field = Error.Bad_value { field; value = -1L }

(* ---- FADT: the fields at their offsets in the table ---- *)

let fadt_of ?(revision = 6) ?(size = 276) fields =
  let all = List.fold_left (fun bytes (at, part) -> set bytes (at - 36) part)
    (zeros (size - 36)) fields in
  read Fadt.of_table ~revision "FACP" [ all ]

let port_block register length =
  Some { Fadt.register = { space = System_io; bit_width = 8 * length; bit_offset = 0; access_size =
    0; address = register }; length }

let fadt_tests () =
  test "fadt: ACPI 1.0" (fun () ->
      let t =
        Expect.ok
          (fadt_of ~revision:1 ~size:116
             [ (36, u32 0x7000); (40, u32 0x8000); (46, u16 9); (48, u32 0xb2); (52, u8 2);
               (53, u8 3);
               (56, u32 0x600); (64, u32 0x604); (88, u8 4); (89, u8 2); (76, u32 0x608);
               (91, u8 4);
               (108, u8 0x32); (112, u32 0x501) ])
      in
      that "tables" (t.facs = Some 0x7000 && t.dsdt = Some 0x8000);
      that "sci" (t.sci_interrupt = 9 && t.smi_command = Some 0xb2 && t.acpi_enable = 2);
      that "events" (t.pm1a_event = port_block 0x600 4);
      that "control" (t.pm1a_control = port_block 0x604 2 && t.pm1b_control = None);
      that "timer" (t.pm_timer = port_block 0x608 4 && t.timer_is_32_bits);
      that "others" (t.century = 0x32 && t.wbinvd && not t.hardware_reduced);
      that "reset needs a register" (t.reset = None));
  test "fadt: the extended fields win" (fun () ->
      let t =
        Expect.ok
          (fadt_of
             [ (40, u32 0x8000); (140, u64 0x1_0000_8000); (64, u32 0x604); (89, u8 2);
               (172, gas ~space:1 ~width:16 0xb004); (112, u32 0x400);
               (116, gas ~space:1 ~width:8 0xcf9);
               (128, u8 0xf); (45, u8 4); (109, u16 0x2a); (131, u8 0x14) ])
      in
      that "dsdt" (t.dsdt = Some 0x1_0000_8000);
      that "control"
        (Option.map (fun (b : Fadt.block) -> (b.register.address, b.length)) t.pm1a_control
         = Some (0xb004, 2));
      that "reset"
        (Option.map (fun ((r : Generic_address.t), v) -> (r.space, r.address, v)) t.reset
         = Some (System_io, 0xcf9, 0xf));
      that "profile" (t.profile = Enterprise_server && t.minor_revision = 4);
      that "boot"
        (t.pc_boot.i8042 && t.pc_boot.no_msi && t.pc_boot.no_cmos_clock && not t.pc_boot.no_vga));
  test "fadt: without fixed hardware" (fun () ->
      let t =
        Expect.ok
          (fadt_of
             [ (112, u32 0x100000); (129, u16 3); (244, gas 0x9000); (256, gas 0x9004);
               (268, "QEMU") ])
      in
      that "flags" (t.hardware_reduced && t.arm_boot = { psci = true; psci_by_hvc = true });
      that "sleep"
        (Option.map (fun (r : Generic_address.t) -> r.address) t.sleep_control = Some 0x9000);
      that "hypervisor" (t.hypervisor_vendor = "QEMU"));
  test "fadt: an address of 64 bits" (fun () ->
      Expect.wrong "FACP" ~at:140 (too_large "X_DSDT") (fadt_of [ (140, minus_one) ]);
      Expect.wrong "FACP" ~at:176 (too_large "X_PM1a_CNT_BLK") (fadt_of [ (176, minus_one) ]))

(* ---- MADT ---- *)

let madt structures = read Madt.of_table "APIC" (u32 0xfee00000 :: u32 1 :: structures)

let one structure =
  match (Expect.ok (madt [ structure ])).structures with [ s ] -> s | _ -> raise Not_found

let madt_pc () =
  test "madt: a PC's structures" (fun () ->
      that "lapic"
        (one (u8 0 ^ u8 8 ^ u8 1 ^ u8 2 ^ u32 1)
         = Local_apic { uid = 1; apic_id = 2; presence = Enabled });
      that "lapic to come"
        (one (u8 0 ^ u8 8 ^ u8 1 ^ u8 2 ^ u32 2)
         = Local_apic { uid = 1; apic_id = 2; presence = Online_capable });
      that "ioapic"
        (one (u8 1 ^ u8 12 ^ u8 3 ^ u8 0 ^ u32 0xfec00000 ^ u32 24)
         = Io_apic { id = 3; address = 0xfec00000; gsi_base = 24 });
      that "override"
        (one (u8 2 ^ u8 10 ^ u8 0 ^ u8 9 ^ u32 9 ^ u16 0xf)
         = Interrupt_override
             { bus = 0; source = 9; gsi = 9; mode = { polarity = Active_low; trigger = Level } });
      that "nmi"
        (one (u8 3 ^ u8 8 ^ u16 5 ^ u32 7)
         = Nmi_source { gsi = 7; mode = { polarity = Active_high; trigger = Edge } });
      that "local nmi"
        (one (u8 4 ^ u8 6 ^ u8 0xff ^ u16 0 ^ u8 1)
         = Local_apic_nmi
             { uid = 0xff; lint = 1; mode = { polarity = Bus_polarity; trigger = Bus_trigger } });
      that "x2apic"
        (one (u8 9 ^ u8 16 ^ u16 0 ^ u32 300 ^ u32 0 ^ u32 400)
         = Local_x2apic { uid = 400; apic_id = 300; presence = Absent });
      that "x2apic nmi"
        (one (u8 10 ^ u8 12 ^ u16 0 ^ u32 0xffffffff ^ u8 1 ^ zeros 3)
         = Local_x2apic_nmi
             { uid = 0xffffffff; lint = 1;
               mode = { polarity = Bus_polarity; trigger = Bus_trigger } });
      that "wake-up"
        (one (u8 16 ^ u8 16 ^ u16 0 ^ u32 0 ^ u64 0x5000)
         = Multiprocessor_wakeup { mailbox = 0x5000 });
      that "unknown"
        (one (u8 0x7f ^ u8 4 ^ u16 0) = Other { kind = 0x7f; offset = 44; length = 4 }));
  test "madt: the local APICs' address" (fun () ->
      let t = Expect.ok (madt []) in
      that "the header's" (t.local_apic_address = 0xfee00000 && t.has_8259s);
      let t = Expect.ok (madt [ u8 5 ^ u8 12 ^ u16 0 ^ u64 0x1_fee0_0000 ]) in
      that "overridden" (t.local_apic_address = 0x1_fee0_0000))

let gicc =
  u8 0xb ^ u8 80 ^ u16 0 ^ u32 1 ^ u32 2 ^ u32 0b101 ^ u32 0 ^ u32 23 ^ u64 0 ^ u64 0x8010000
  ^ u64 0x8040000 ^ u64 0x8030000 ^ u32 25 ^ u64 0x80a0000 ^ u64 0x100 ^ u8 1 ^ zeros 3

let madt_arm () =
  test "madt: Arm's structures" (fun () ->
      (match one gicc with
      | Gicc g ->
          that "gicc"
            (g.cpu_interface = 1 && g.uid = 2 && g.presence = Enabled && g.base = 0x8010000);
          that "gicc's interrupts"
            (g.performance_interrupt = 23
             && g.performance_trigger = Level
             && g.maintenance_interrupt = 25
             && g.maintenance_trigger = Edge);
          that "gicc's others"
            (g.redistributor = 0x80a0000 && g.mpidr = 0x100 && g.efficiency_class = 1)
      | _ -> that "gicc" false);
      that "gicd"
        (one (u8 0xc ^ u8 24 ^ u16 0 ^ u32 0 ^ u64 0x8000000 ^ u32 0 ^ u8 3 ^ zeros 3)
         = Gicd { id = 0; base = 0x8000000; version = 3 });
      that "msi frame"
        (one (u8 0xd ^ u8 24 ^ u16 0 ^ u32 4 ^ u64 0x8020000 ^ u32 1 ^ u16 64 ^ u16 80)
         = Gic_msi_frame { id = 4; base = 0x8020000; spis = Some (64, 80) });
      that "msi frame as it says"
        (one (u8 0xd ^ u8 24 ^ u16 0 ^ u32 4 ^ u64 0x8020000 ^ u32 0 ^ u16 64 ^ u16 80)
         = Gic_msi_frame { id = 4; base = 0x8020000; spis = None });
      that "gicr"
        (one (u8 0xe ^ u8 16 ^ u16 0 ^ u64 0x80a0000 ^ u32 0xf60000)
         = Gicr { base = 0x80a0000; length = 0xf60000 });
      that "its"
        (one (u8 0xf ^ u8 20 ^ u16 0 ^ u32 7 ^ u64 0x8080000 ^ u32 0)
         = Gic_its { id = 7; base = 0x8080000 }))

let madt_riscv () =
  test "madt: RISC-V's structures" (fun () ->
      let short = u8 1 ^ u8 0 ^ u32 1 ^ u64 5 ^ u32 6 in
      (match one (u8 0x18 ^ u8 36 ^ short ^ u32 0x01000002 ^ u64 0x28000000 ^ u32 0x1000) with
      | Rintc r ->
          that "rintc" (r.hart = 5 && r.uid = 6 && r.external_interrupt = 0x01000002);
          that "its IMSIC" (r.imsic_base = 0x28000000 && r.imsic_size = 0x1000)
      | _ -> that "rintc" false);
      (match one (u8 0x18 ^ u8 20 ^ short) with
      | Rintc r -> that "a short rintc" (r.hart = 5 && r.uid = 6 && r.imsic_base = 0)
      | _ -> that "a short rintc" false);
      that "imsic"
        (one (u8 0x19 ^ u8 16 ^ u16 1 ^ u32 0 ^ u16 255 ^ u16 63 ^ u8 1 ^ u8 2 ^ u8 3 ^ u8 24)
         = Imsic
             { nr_identities = 255; nr_guest_identities = 63; guest_index_bits = 1;
               hart_index_bits = 2; group_index_bits = 3; group_index_shift = 24 });
      that "aplic"
        (one
           (u8 0x1a ^ u8 36 ^ u8 1 ^ u8 2 ^ u32 0 ^ "RSCV0002" ^ u16 4 ^ u16 96 ^ u32 32
            ^ u64 0xd000000 ^ u32 0x8000)
         = Aplic
             { id = 2; hardware_id = "RSCV0002"; nr_idcs = 4; nr_sources = 96; gsi_base = 32;
               base = 0xd000000; size = 0x8000 });
      that "plic"
        (one
           (u8 0x1b ^ u8 36 ^ u8 1 ^ u8 2 ^ "RSCV0001" ^ u16 95 ^ u16 7 ^ u32 0 ^ u32 0x600000
            ^ u64 0xc000000 ^ u32 0)
         = Plic
             { id = 2; hardware_id = "RSCV0001"; nr_sources = 95; priority_max = 7;
               base = 0xc000000; size = 0x600000; gsi_base = 0 }))

let madt_errors () =
  test "madt: errors with their offsets" (fun () ->
      let lapic = u8 0 ^ u8 8 ^ u8 1 ^ u8 2 ^ u32 1 in
      let wrong structures ~at problem = Expect.wrong "APIC" ~at problem (madt structures) in
      wrong [ lapic; u8 0 ^ u8 0 ^ zeros 6 ] ~at:52 (Bad_length { found = 0 });
      wrong [ lapic; u8 0 ^ u8 9 ^ zeros 6 ] ~at:52 (Truncated { wanted = 9 });
      wrong [ lapic; u8 0 ] ~at:52 (Truncated { wanted = 2 });
      wrong [ lapic; u8 0 ^ u8 7 ^ zeros 5 ] ~at:59 (Truncated { wanted = 1 });
      wrong
        [ lapic; u8 0xe ^ u8 16 ^ u16 0 ^ minus_one ^ u32 1 ] ~at:56
        (too_large "Discovery Range Base Address"))

(* ---- the others ---- *)

let mcfg_tests () =
  let entry base segment first last = u64 base ^ u16 segment ^ u8 first ^ u8 last ^ u32 0 in
  let mcfg entries = read Mcfg.of_table "MCFG" (zeros 8 :: entries) in
  test "mcfg: windows" (fun () ->
      let t = Expect.ok (mcfg [ entry 0xb0000000 0 0 255; entry 0x40_1000_0000 1 16 31 ]) in
      Expect.equal "both"
        [ { Mcfg.base = 0xb0000000; segment = 0; first_bus = 0; last_bus = 255 };
          { base = 0x40_1000_0000; segment = 1; first_bus = 16; last_bus = 31 } ] t);
  test "mcfg: errors" (fun () ->
      Expect.wrong "MCFG" ~at:71
        (Bad_value { field = "End Bus Number"; value = 1L })
        (mcfg [ entry 1 0 0 255; entry 2 0 2 1 ]);
      Expect.wrong "MCFG" ~at:44 (too_large "Base Address") (mcfg [ minus_one ^ zeros 8 ]))

let hpet_tests () =
  let hpet base =
    read Hpet.of_table "HPET" [ u32 0x8086a201; gas ~width:0 base; u8 0; u16 100; u8 0 ]
  in
  test "hpet" (fun () ->
      let t = Expect.ok (hpet 0xfed00000) in
      that "base" (t.register.address = 0xfed00000 && t.minimum_tick = 100);
      that "id"
        (t.vendor = 0x8086
         && t.nr_comparators = 3
         && t.has_64_bits
         && t.replaces_legacy
         && t.hardware_revision = 1);
      Expect.wrong "HPET" ~at:44 (Bad_value { field = "BASE_ADDRESS"; value = 0L }) (hpet 0))

let spcr_tests () =
  let spcr ?(revision = 2) ?(kind = 3) ?(tail = "") () =
    read Spcr.of_table ~revision "SPCR"
      [ u8 kind; zeros 3; gas 0x9000000; u8 8; u8 0; u32 33; u8 3; zeros 3; u8 1; u8 0; u16 0xffff;
        u16 0xffff; zeros 8; tail ]
  in
  test "spcr" (fun () ->
      let t = Expect.ok (spcr ()) in
      that "uart"
        (t.interface = Pl011
         && Option.map (fun (r : Generic_address.t) -> r.address) t.register = Some 0x9000000);
      that "interrupt" (t.irq = None && t.gsi = Some 33);
      that "line" (t.baud = Some 9600 && t.terminal = 1 && t.pci = None);
      that "others"
        ((Expect.ok (spcr ~kind:0x15 ())).interface = Sbi_console
         && (Expect.ok (spcr ~kind:0x12 ())).interface = Ns16550));
  test "spcr: revision 4" (fun () ->
      let tail = u32 24000000 ^ u32 1500000 ^ u16 5 ^ u16 88 ^ "COM0\000" in
      let t = Expect.ok (spcr ~revision:4 ~tail ()) in
      that "all" (t.clock = Some 24000000 && t.baud = Some 1500000 && t.name = "COM0");
      let tail = u32 0 ^ u32 0 ^ u16 50 ^ u16 88 ^ "COM0\000" in
      Expect.wrong "SPCR" ~at:86
        (Bad_value { field = "NamespaceStringOffset"; value = 88L }) (spcr ~revision:4 ~tail ()))

let srat_tests () =
  let srat structures = read Srat.of_table "SRAT" (u32 1 :: u64 0 :: structures) in
  test "srat" (fun () ->
      let t =
        Expect.ok
          (srat
             [ u8 0 ^ u8 16 ^ u8 1 ^ u8 2 ^ u32 1 ^ u8 0 ^ u8 0 ^ u16 1 ^ u32 3;
               u8 1 ^ u8 40 ^ u32 1 ^ u16 0 ^ u64 0x1_0000_0000 ^ u64 0x800_0000 ^ u32 0 ^ u32 3
                 ^ u64 0;
               u8 2 ^ u8 24 ^ u16 0 ^ u32 1 ^ u32 300 ^ u32 0 ^ u32 0 ^ u32 0;
               u8 3 ^ u8 18 ^ u32 1 ^ u32 4 ^ u32 1 ^ u32 0;
               u8 4 ^ u8 12 ^ u32 1 ^ u16 0 ^ u32 9;
               u8 5 ^ u8 32 ^ u8 0 ^ u8 1 ^ u32 2 ^ u16 0 ^ u16 0x0805 ^ zeros 12 ^ u32 1 ^ u32 0;
               u8 6 ^ u8 32 ^ u8 0 ^ u8 0 ^ u32 2 ^ "ACPI0016" ^ u32 7 ^ u32 0 ^ u32 1 ^ u32 0;
               u8 7 ^ u8 20 ^ u16 0 ^ u32 1 ^ u32 5 ^ u32 1 ^ u32 0;
               u8 99 ^ u8 4 ^ u16 0 ])
      in
      Expect.equal "all"
        [ Srat.Processor
            { domain = 0x10001; processor = Local_apic { apic_id = 2; sapic_eid = 0 };
              enabled = true; clock_domain = 3 };
          Memory
            { domain = 1; base = 0x1_0000_0000; length = 0x800_0000; enabled = true;
              hot_pluggable = true; non_volatile = false };
          Processor
            { domain = 1; processor = Local_x2apic { apic_id = 300 }; enabled = false;
              clock_domain = 0 };
          Processor { domain = 1; processor = Gicc { uid = 4 }; enabled = true; clock_domain = 0 };
          Its { domain = 1; id = 9 };
          Generic_initiator
            { domain = 2; initiator = Pci { segment = 0; bdf = 0x0805 }; enabled = true };
          Generic_port
            { domain = 2; initiator = Namespace { hid = "ACPI0016"; uid = 7 }; enabled = true };
          Processor { domain = 1; processor = Rintc { uid = 5 }; enabled = true; clock_domain = 0 };
          Other { kind = 99; offset = 242; length = 4 } ] t);
  test "srat: errors" (fun () ->
      Expect.wrong "SRAT" ~at:51
        (Bad_value { field = "Device Handle Type"; value = 2L })
        (srat [ u8 5 ^ u8 32 ^ u8 0 ^ u8 2 ^ zeros 28 ]);
      Expect.wrong "SRAT" ~at:56
        (too_large "Base Address") (srat [ u8 1 ^ u8 40 ^ zeros 6 ^ minus_one ^ zeros 24 ]))

let slit_tests () =
  let slit nr matrix = read Slit.of_table "SLIT" [ u64 nr; String.concat ""
    (List.map u8 matrix) ] in
  test "slit" (fun () ->
      let t = Expect.ok (slit 2 [ 10; 20; 255; 10 ]) in
      that "domains" (Slit.nr_domains t = 2);
      that "distance" (Slit.distance t ~from:0 1 = Some 20 && Slit.distance t ~from:1 1 = Some 10);
      that "none"
        (Slit.distance t ~from:1 0 = None
         && Slit.distance t ~from:2 0 = None
         && Slit.distance t ~from:0 (-1) = None);
      Expect.wrong "SLIT" ~at:47
        (Bad_value { field = "distance to itself"; value = 11L }) (slit 2 [ 10; 20; 20; 11 ]);
      Expect.wrong "SLIT" ~at:44 (Truncated { wanted = 9 }) (slit 3 [ 10; 20; 20; 11 ]);
      Expect.wrong "SLIT" ~at:36
        (Bad_value { field = "Number of System Localities"; value = 0x1000000L })
        (slit 0x1000000 []))

let gtdt_head ?(count = 0) ?(offset = 104) () =
  [ minus_one; u32 0; u32 29; u32 0; u32 30; u32 2; u32 27; u32 4; u32 26; u32 1; minus_one;
    u32 count; u32 offset; u32 28; u32 0 ]

let gtdt_tests () =
  let gtdt ?revision parts = read Gtdt.of_table ?revision "GTDT" parts in
  test "gtdt: a core's timers" (fun () ->
      let t = Expect.ok (gtdt ~revision:3 (gtdt_head ())) in
      let level polarity = { Interrupt_mode.polarity; trigger = Level } in
      that "bases" (t.control_base = None && t.read_base = None);
      that "physical" (t.el1 = Some { gsi = 30; mode = level Active_low; always_on = false });
      that "virtual"
        (t.virtual_el1 = Some { gsi = 27; mode = level Active_high; always_on = true });
      that "hypervisor"
        (t.el2
         = Some { gsi = 26; mode = { polarity = Active_high; trigger = Edge }; always_on = false });
      that "its virtual" (Option.map (fun (t : Gtdt.timer) -> t.gsi) t.virtual_el2 = Some 28);
      that "not before revision 3"
        ((Expect.ok (gtdt ~revision:2 (gtdt_head ()))).virtual_el2 = None));
  let frame = u8 1 ^ zeros 3 ^ u64 0xa000 ^ minus_one ^ u32 40 ^ u32 0 ^ u32 0 ^ u32 0 ^ u32 3 in
  let block length frames = u8 0 ^ u16 length ^ u8 0 ^ u64 0x9000 ^ u32 frames ^ u32 20 ^ frame in
  let watchdog = u8 1 ^ u16 28 ^ u8 0 ^ u64 0xb000 ^ u64 0xc000 ^ u32 48 ^ u32 4 in
  test "gtdt: platform timers" (fun () ->
      let t = Expect.ok (gtdt ~revision:3 (gtdt_head ~count:2 () @ [ block 60 1; watchdog ])) in
      let mode = { Interrupt_mode.polarity = Active_high; trigger = Level } in
      let physical = { Gtdt.gsi = 40; mode; always_on = true } in
      Expect.equal "both"
        [ Gtdt.Block
            { control_base = 0x9000;
              frames =
                [ { number = 1; base = 0xa000; el0_base = None; physical; virtual_ = None;
                    secure = true } ] };
          Watchdog
            { refresh_base = 0xb000; control_base = 0xc000;
              timer = { gsi = 48; mode; always_on = false }; secure = true } ] t.platform_timers);
  test "gtdt: errors" (fun () ->
      let wrong ?(count = 1) ?offset parts ~at problem =
        Expect.wrong "GTDT" ~at problem (gtdt ~revision:3 (gtdt_head ~count ?offset () @ parts))
      in
      wrong ~offset:95
        [ watchdog ] ~at:92 (Bad_value { field = "Platform Timer Offset"; value = 95L });
      wrong ~count:2 [ watchdog ] ~at:88 (Bad_value { field = "Platform Timer Count"; value = 2L });
      wrong [ block 60 9 ] ~at:116 (Bad_value { field = "GT Block Timer Count"; value = 9L });
      wrong [ block 60 2 ] ~at:164 (Truncated { wanted = 40 });
      wrong [ u8 1 ^ u16 2 ^ zeros 25 ] ~at:104 (Bad_length { found = 2 }))

let rhct_tests () =
  let rhct ?(offset = 56) nodes = read Rhct.of_table "RHCT" [ u32 1; u64 10_000_000;
    u32 (List.length nodes); u32 offset; String.concat "" nodes ] in
  let isa = u16 0 ^ u16 16 ^ u16 1 ^ u16 7 ^ "rv64gc\000\000" in
  let cmo = u16 1 ^ u16 10 ^ u16 1 ^ u8 0 ^ u8 6 ^ u8 0 ^ u8 6 in
  let mmu = u16 2 ^ u16 8 ^ u16 1 ^ u8 0 ^ u8 1 in
  let hart offsets = u16 0xffff ^ u16 (12 + (4 * List.length offsets)) ^ u16 1
    ^ u16 (List.length offsets) ^ u32 3 ^ String.concat "" (List.map u32 offsets) in
  test "rhct" (fun () ->
      let t = Expect.ok (rhct [ isa; cmo; mmu; hart [ 56; 72; 82 ]; hart [] ]) in
      that "timer" (t.timebase = 10_000_000 && not t.timer_wakes);
      Expect.equal "harts"
        [ { Rhct.uid = 3; isa = "rv64gc";
            cache_blocks = Some { management = Some 64; prefetch = None; zero = Some 64 };
            mmu = Some 1 }; { uid = 3; isa = ""; cache_blocks = None; mmu = None } ] t.harts);
  test "rhct: errors" (fun () ->
      let wrong ?offset nodes ~at problem = Expect.wrong "RHCT" ~at problem (rhct ?offset nodes) in
      wrong ~offset:40
        [ isa ] ~at:52 (Bad_value { field = "Offset to the RHCT node array"; value = 40L });
      wrong [ isa; hart [ 57 ] ] ~at:84 (Bad_value { field = "Offset"; value = 57L });
      wrong [ hart [ 56 ] ] ~at:68 (Bad_value { field = "Offset"; value = 56L });
      wrong [ set isa 6 (u16 9) ] ~at:62 (Bad_value { field = "ISA Length"; value = 9L });
      wrong [ set cmo 7 (u8 40) ] ~at:63 (Bad_value { field = "block size"; value = 40L });
      wrong
        [ set (hart []) 6 (u16 1) ] ~at:62 (Bad_value { field = "Number of offsets"; value = 1L }))

let () =
  shapes ();
  fadt_tests ();
  madt_pc ();
  madt_arm ();
  madt_riscv ();
  madt_errors ();
  mcfg_tests ();
  hpet_tests ();
  spcr_tests ();
  srat_tests ();
  slit_tests ();
  gtdt_tests ();
  rhct_tests ();
  Check.finish ()
