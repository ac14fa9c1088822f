(* The tables that QEMU makes for its machines, read here; their AML run here, against the machines'
   own devices. *)
open Machine_facts
open Aml

let that = Check.that
let texts = same (String.concat "; ")
let ints = same (fun list -> String.concat " " (List.map string_of_int list))
let read t signature of_table = Expect.ok (Acpi.Tables.read t.tables signature of_table)
let missing t signature = that signature (Acpi.Tables.find t.tables signature = None)

(* ---- facts that several machines share ---- *)

let madt t ~enabled ~absent =
  fact t "MADT: processors and interrupt controllers" (fun () ->
      let madt = read t "APIC" Acpi.Madt.of_table in
      let with_presence wanted =
        let count = function
          | Acpi.Madt.Local_apic { presence; apic_id; _ } when presence = wanted -> Some apic_id
          | _ -> None
        in
        List.filter_map count madt.structures
      in
      ints enabled (with_presence Enabled);
      ints absent (with_presence Absent);
      that "local APIC" (madt.local_apic_address = 0xfee00000 && madt.has_8259s);
      let io_apics =
        List.filter_map
          (function Acpi.Madt.Io_apic { address; gsi_base; _ } -> Some (address, gsi_base) | _ ->
            None)
          madt.structures
      in
      that "I/O APIC" (List.hd io_apics = (0xfec00000, 0)))

let overrides t =
  fact t "MADT: the timer is GSI 2, PCI's ISA lines are level" (fun () ->
      let madt = read t "APIC" Acpi.Madt.of_table in
      let line = function
        | Acpi.Madt.Interrupt_override { source; gsi; mode; _ } -> Some (source, gsi, mode.trigger)
        | _ -> None
      in
      that "they"
        (List.filter_map line madt.structures
         = [ (0, 2, Bus_trigger); (5, 5, Level); (9, 9, Level); (10, 10, Level); (11, 11, Level) ]))

let pc_devices t ~isa =
  let at name = isa ^ "." ^ name in
  fact t "devices: what a PC has" (fun () ->
      texts [ "ports 0x3f8+0x8"; "IRQ 4 edge/high" ] (resources t (at "COM1"));
      texts [ "ports 0x60+0x1"; "ports 0x64+0x1"; "IRQ 1 edge/high" ] (resources t (at "KBD"));
      texts [ "IRQ 12 edge/high" ] (resources t (at "MOU"));
      texts [ "ports 0x70+0x8"; "IRQ 8 edge/high" ] (resources t (at "RTC"));
      that "COM1's id" ((device t (at "COM1")).ids = [ "PNP0501" ]);
      that "its uid" ((device t (at "COM1")).uid = Some "1"))

let hpet t =
  fact t "HPET: in its table and as a device" (fun () ->
      let hpet = read t "HPET" Acpi.Hpet.of_table in
      that "table"
        (hpet.register.address = 0xfed00000 && hpet.has_64_bits && hpet.nr_comparators = 3);
      texts [ "memory 0xfed00000+0x400" ] (resources t "\\_SB.HPET"))

let cpus t ~present ~absent =
  fact t "devices: processors by their status" (fun () ->
      let status n = (device t (Printf.sprintf "\\_SB.CPUS.C%03d" n)).status.present in
      that "present" (List.for_all status present);
      that "absent" (not (List.exists status absent)))

let route t bridge ~device ~pin =
  match Routing.find (Option.get (ok (Routing.table t.aml bridge))) ~device ~pin with
  | Some target -> target
  | None -> failwith "no entry"

(* Every slot and pin: what [expected] says. *)
let routes t ~slots bridge expected =
  for slot = 0 to slots - 1 do
    for pin = 0 to 3 do
      let found = route t bridge ~device:slot ~pin in
      let name = Path.to_string (expected slot pin) in
      let is_it = found = Link { path = expected slot pin; index = 0 } in
      that (Printf.sprintf "device %d pin %d is not %s" slot pin name) is_it
    done
  done

let line t target =
  match ok (Routing.interrupt t.aml target) with
  | Some { lines = [ line ]; mode = { trigger = Level; polarity = Active_high }; _ } -> line
  | Some _ | None -> failwith "no level-triggered line"

let link prefix letter = [ "_SB_"; Printf.sprintf "%s%c" prefix letter ]
let letter first n = Char.chr (Char.code first + n)
let pci0 = [ "_SB_"; "PCI0" ]

(* Does what a write of a sleep state's says. *)
let perform t ({ register; keep; value } : Sleep.write) =
  let place : Handlers.place =
    match register.space with
    | System_memory -> Memory register.address
    | _ -> Port register.address
  in
  let { Handlers.read; write; _ } = Firmware.handlers t.session in
  let size = register.bit_width / 8 in
  let old = Result.get_ok (read place ~size) in
  let value = Int64.logor (Int64.of_int value) (Int64.logand old (Int64.of_int keep)) in
  ignore (write place ~size value)

(* The last fact of a machine. *)
let powers_off t ~type_a writes =
  fact t "S5: its values switch the machine off" (fun () ->
      let fadt = read t "FACP" Acpi.Fadt.of_table in
      let state = Option.get (ok (Sleep.state t.aml 5)) in
      ints [ type_a; 0 ] [ state.type_a; state.type_b ];
      ok (Sleep.prepare t.aml 5);
      let sequence = Sleep.enter fadt state in
      let shown ({ register; value; _ } : Sleep.write) = (register.address, value) in
      that "the writes" (List.map shown sequence = writes);
      let rec ended n =
        n > 0
        &&
        match Qemu.send t.session "clock_step" with
        | _ -> ended (n - 1)
        | exception (Failure _ | Sys_error _) -> true
      in
      (match List.iter (perform t) sequence with
      | () -> ()
      | exception (Failure _ | Sys_error _) -> ());
      that "QEMU ended" (ended 10000))

(* ---- machines ---- *)

let serial = [ "-chardev"; "null,id=com"; "-device"; "isa-serial,chardev=com" ]

let q35_routes t =
  let place slot =
    if slot < 0x18 then Some ('E', slot)
    else if slot = 0x18 || slot = 0x1e then Some ('E', 0)
    else None
  in
  let expected prefix slot pin =
    match place slot with
    | Some (first, turn) -> link prefix (letter first ((turn + pin) land 3))
    | None -> link prefix (letter 'A' pin)
  in
  fact t "_PRT: every slot and pin, before and after \\_PIC" (fun () ->
      routes t ~slots:32 pci0 (expected "LNK");
      ok (Routing.set_model t.aml Apic);
      routes t ~slots:32 pci0 (expected "GSI"));
  fact t "_PRT: the links are GSI 16 to 23" (fun () ->
      let line_of n = line t (Link { path = link "GSI" (letter 'A' n); index = 0 }) in
      ints (List.init 8 (fun n -> 16 + n)) (List.init 8 line_of))

let q35 () =
  pc "q35" "q35" ([ "-smp"; "2,maxcpus=4"; "-m"; "256" ] @ serial) (fun t ->
      madt t ~enabled:[ 0; 1 ] ~absent:[ 2; 3 ];
      overrides t;
      fact t "FADT: power management, reset" (fun () ->
          let fadt = read t "FACP" Acpi.Fadt.of_table in
          let address block = Option.map (fun (b : Acpi.Fadt.block) -> b.register.address) block in
          that "PM1"
            (address fadt.pm1a_event = Some 0x600 && address fadt.pm1a_control = Some 0x604);
          that "timer" (address fadt.pm_timer = Some 0x608);
          that "SCI" (fadt.sci_interrupt = 9 && not fadt.hardware_reduced);
          let reset = Option.map (fun ((r : Acpi.Generic_address.t), v) ->
            (r.address, v)) fadt.reset in
          that "reset" (reset = Some (0xcf9, 0xf)));
      fact t "MCFG: all buses of segment 0" (fun () ->
          that "it"
            (read t "MCFG" Acpi.Mcfg.of_table
             = [ { base = 0xb0000000; segment = 0; first_bus = 0; last_bus = 255 } ]);
          texts [ "window of memory 0xb0000000-0xbfffffff" ] (resources t "\\_SB.DRAC"));
      hpet t;
      pc_devices t ~isa:"\\_SB.PCI0.SF8";
      cpus t ~present:[ 0; 1 ] ~absent:[ 2; 3 ];
      fact t "_CRS: the host bridge's windows" (fun () ->
          texts
            [ "window of buses 0x0-0xff"; "ports 0xcf8+0x8"; "window of ports 0x0-0xcf7";
              "window of ports 0xd00-0xffff"; "window of memory 0xa0000-0xbffff";
              "window of memory 0x10000000-0xafffffff"; "window of memory 0xc0000000-0xfebfffff";
              "window of memory 0x100000000-0x8ffffffff" ]
            (resources t "\\_SB.PCI0");
          that "ids" ((device t "\\_SB.PCI0").ids = [ "PNP0A08"; "PNP0A03" ]));
      q35_routes t;
      powers_off t ~type_a:0 [ (0x604, 0); (0x604, 0x2000) ])

let pc_routes t =
  fact t "_PRT: every slot and pin" (fun () ->
      routes t ~slots:32 pci0 (fun slot pin ->
          if slot = 1 && pin = 0 then [ "_SB_"; "LNKS" ]
          else link "LNK" (letter 'A' ((slot + pin + 3) land 3))));
  fact t "_PRT: a link that is off is set, in the chipset" (fun () ->
      let path = link "LNK" 'C' in
      that "off" (ok (Routing.current t.aml path ~index:0) = None);
      let choices = Resource.interrupts (ok (Routing.possible t.aml path)) in
      ints [ 5; 10; 11 ] (List.concat_map (fun (i : Resource.interrupt) -> i.lines) choices);
      ints [ 11 ] [ line t (Link { path; index = 0 }) ];
      let router : Handlers.pci = { segment = 0; bus = 0; device = 1; function_ = 0 } in
      let register = (Firmware.handlers t.session).read (Config (router, 0x62)) ~size:1 in
      that "in its register" (register = Ok 11L);
      that "on" (ok (Routing.current t.aml path ~index:0) <> None));
  fact t "_PRT: the power management's own link is GSI 9" (fun () ->
      ints [ 9 ] [ line t (Link { path = [ "_SB_"; "LNKS" ]; index = 0 }) ])

let pc_numa =
  [ "-smp"; "2,maxcpus=4"; "-m"; "256"; "-object"; "memory-backend-ram,id=m0,size=128M"; "-object";
    "memory-backend-ram,id=m1,size=128M"; "-numa"; "node,memdev=m0,cpus=0-1"; "-numa";
    "node,memdev=m1,cpus=2-3"; "-numa"; "dist,src=0,dst=1,val=21" ]

let numa t =
  fact t "SRAT and SLIT: two nodes" (fun () ->
      let srat = read t "SRAT" Acpi.Srat.of_table in
      let memory = function
        | Acpi.Srat.Memory { domain; base; length; enabled = true; _ } ->
            Some (domain, base, length)
        | _ -> None
      in
      that "memory"
        (List.filter_map memory srat
         = [ (0, 0, 0xa0000); (0, 0x100000, 0x7f00000); (1, 0x8000000, 0x8000000) ]);
      let processor = function
        | Acpi.Srat.Processor { domain; processor = Local_apic { apic_id; _ }; _ } ->
          Some (apic_id, domain)
        | _ -> None
      in
      that "processors" (List.filter_map processor srat = [ (0, 0); (1, 0); (2, 1); (3, 1) ]);
      let slit = read t "SLIT" Acpi.Slit.of_table in
      that "distance"
        (Acpi.Slit.distance slit ~from:0 1 = Some 21 && Acpi.Slit.nr_domains slit = 2))

let i440fx () =
  let more = [ "-device"; "pci-bridge,chassis_nr=1,addr=3" ] in
  pc "pc" "pc" (pc_numa @ serial @ more) (fun t ->
      madt t ~enabled:[ 0; 1 ] ~absent:[ 2; 3 ];
      overrides t;
      numa t;
      hpet t;
      fact t "MCFG: there is none" (fun () -> missing t "MCFG");
      pc_devices t ~isa:"\\_SB.PCI0.S08";
      cpus t ~present:[ 0; 1 ] ~absent:[ 2; 3 ];
      pc_routes t;
      fact t "hotplug: every slot is a device with an address" (fun () ->
          let address n = (device t (Printf.sprintf "\\_SB.PCI0.S%02X" (n * 8))).address in
          List.iter (fun n -> that "slot" (address n = Some (n lsl 16))) (List.init 32 Fun.id));
      fact t "hotplug: slots behind a bridge, on its bus" (fun () ->
          let bridge : Handlers.pci = { segment = 0; bus = 0; device = 3; function_ = 0 } in
          ignore ((Firmware.handlers t.session).write (Config (bridge, 0x19)) ~size:1 5L);
          let path = Option.get (Path.of_string "\\_SB.PCI0.S18.S20") in
          let found = Result.get_ok (Machine.pci_function t.aml path) in
          that "there" (found = { segment = 0; bus = 5; device = 4; function_ = 0 }));
      powers_off t ~type_a:0 [ (0x604, 0); (0x604, 0x2000) ])

let no_hpet () =
  pc "pc without HPET" "pc,hpet=off" [ "-nodefaults" ] (fun t ->
      fact t "there is none" (fun () ->
          missing t "HPET";
          ints [] (List.map (fun _ -> 0) (present t "PNP0103"))))

let expanders () =
  let more = [ "-device"; "pxb-pcie,id=far,bus_nr=0x20"; "-device";
    "pcie-root-port,bus=far,chassis=3"; "-device"; "pcie-root-port,chassis=1,addr=2" ] in
  pc "q35 with an expander" "q35" more (fun t ->
      fact t "two host bridges that share the buses" (fun () ->
          let paths = List.map (fun (d : Device.t) -> Path.to_string d.path)
            (present t "PNP0A08") in
          texts [ "\\_SB.PC20"; "\\_SB.PCI0" ] paths;
          texts [ "window of buses 0x20-0x20" ] (resources t "\\_SB.PC20");
          that "the first one's" (List.mem "window of buses 0x0-0x1f" (resources t "\\_SB.PCI0")));
      fact t "the far bridge's function is on its bus" (fun () ->
          let found = Result.get_ok (Machine.pci_function t.aml [ "_SB_"; "PC20" ]) in
          that "bus" (found = { segment = 0; bus = 0x20; device = 0; function_ = 0 }));
      fact t "_PRT of both" (fun () ->
          routes t ~slots:32 [ "_SB_"; "PC20" ] (fun slot pin ->
              link "LNK" (letter 'A' ((slot + pin + 3) land 3)))));
  pc "pc with an expander" "pc" [ "-device"; "pxb,bus_nr=0x80" ] (fun t ->
      fact t "two host bridges" (fun () ->
          let paths = List.map (fun (d : Device.t) -> Path.to_string d.path)
            (present t "PNP0A03") in
          texts [ "\\_SB.PC80"; "\\_SB.PCI0" ] paths))

let microvm () =
  pc "microvm" "microvm,acpi=on,pcie=on" [ "-smp"; "2" ] (fun t ->
      madt t ~enabled:[ 0; 1 ] ~absent:[];
      fact t "FADT: hardware-reduced, reset by memory" (fun () ->
          let fadt = read t "FACP" Acpi.Fadt.of_table in
          that "reduced" (fadt.hardware_reduced && fadt.pm1a_control = None);
          let of_reset ((r : Acpi.Generic_address.t), value) = (r.space, r.address, value) in
          let reset = Option.map of_reset fadt.reset in
          that "reset" (reset = Some (System_memory, 0xfea00202, 0x42)));
      fact t "_PRT: four lines from GSI 16 on" (fun () ->
          routes t ~slots:32 pci0 (fun slot pin -> pci0 @ [ Printf.sprintf "GSI%d"
            ((slot + pin) land 3) ]);
          ints [ 16; 17; 18; 19 ] (List.init 4 (fun pin -> line t (route t pci0 ~device:0 ~pin))));
      fact t "_CRS: the host bridge's windows" (fun () ->
          texts
            [ "window of buses 0x0-0xff"; "window of memory 0xc0000000-0xdfffffff";
              "window of memory 0xc000000000-0xffffffffff" ]
            (resources t "\\_SB.PCI0"));
      powers_off t ~type_a:5 [ (0xfea00200, 0x34) ])

let microvm_mmio () =
  let disk = [ "-device"; "virtio-rng-device" ] in
  pc "microvm with virtio-mmio" "microvm,acpi=on" disk (fun t ->
      fact t "the device's window and line" (fun () ->
          match present t "LNRO0005" with
          | [ device ] ->
              let found = List.map (show Resource.pp) (ok (Device.resources t.aml device)) in
              texts [ "memory 0xfeb02e00+0x200"; "GSI 47 level/high" ] found
          | found -> failwith (string_of_int (List.length found) ^ " of them")))

(* ---- Arm ---- *)

let gic t =
  let madt = read t "APIC" Acpi.Madt.of_table in
  let distributor = function Acpi.Madt.Gicd { base; version; _ } -> Some (base, version) | _ ->
    None in
  let cpu = function Acpi.Madt.Gicc g -> Some g | _ -> None in
  (List.find_map distributor madt.structures, List.filter_map cpu madt.structures, madt.structures)

let virt_devices t =
  fact t "SPCR and COM0: the PL011" (fun () ->
      let spcr = read t "SPCR" Acpi.Spcr.of_table in
      that "uart" (spcr.interface = Pl011 && spcr.gsi = Some 33);
      that "where"
        (Option.map (fun (r : Acpi.Generic_address.t) -> r.address) spcr.register = Some 0x9000000);
      texts [ "memory 0x9000000+0x1000"; "GSI 33 level/high" ] (resources t "\\_SB.COM0"));
  fact t "GTDT: the timers' interrupts" (fun () ->
      let gtdt = read t "GTDT" Acpi.Gtdt.of_table in
      let gsi timer = match timer with Some (t : Acpi.Gtdt.timer) -> t.gsi | None -> 0 in
      ints
        [ 29; 30; 27; 26 ]
        (List.map gsi [ gtdt.secure_el1; gtdt.el1; gtdt.virtual_el1; gtdt.el2 ]));
  fact t "_PRT: four lines from GSI 35 on" (fun () ->
      routes t ~slots:32 pci0 (fun slot pin -> pci0 @ [ Printf.sprintf "GSI%d"
        ((slot + pin) land 3) ]);
      ints [ 35; 36; 37; 38 ] (List.init 4 (fun pin -> line t (route t pci0 ~device:0 ~pin))));
  fact t "virtio-mmio: 32 of them" (fun () ->
      let devices = present t "LNRO0005" in
      ints [ 32 ] [ List.length devices ];
      texts [ "memory 0xa000000+0x200"; "GSI 48 level/high" ] (resources t "\\_SB.VR00");
      texts [ "memory 0xa003e00+0x200"; "GSI 79 level/high" ] (resources t "\\_SB.VR31"))

let virt_v3 () =
  virt "virt, GICv3" "virt,gic-version=3,its=on" [ "-cpu"; "cortex-a57"; "-smp"; "3" ] (fun t ->
      fact t "MADT: distributor, redistributors, ITS" (fun () ->
          let distributor, cpus, all = gic t in
          that "distributor" (distributor = Some (0x8000000, 3));
          ints [ 0; 1; 2 ] (List.map (fun (g : Acpi.Madt.gicc) -> g.mpidr) cpus);
          that "redistributors"
            (List.mem (Acpi.Madt.Gicr { base = 0x80a0000; length = 0xf60000 }) all);
          that "ITS" (List.mem (Acpi.Madt.Gic_its { id = 0; base = 0x8080000 }) all));
      fact t "FADT: PSCI" (fun () ->
          let fadt = read t "FACP" Acpi.Fadt.of_table in
          that "psci" (fadt.arm_boot.psci && fadt.arm_boot.psci_by_hvc && fadt.hardware_reduced));
      fact t "MCFG: above 4 GiB" (fun () ->
          that "it"
            (read t "MCFG" Acpi.Mcfg.of_table
             = [ { base = 0x4010000000; segment = 0; first_bus = 0; last_bus = 255 } ]));
      fact t "processors are devices" (fun () ->
          let uids = List.filter_map (fun (d : Device.t) -> d.uid) (present t "ACPI0007") in
          texts [ "0"; "1"; "2" ] uids);
      fact t "\\_S5: there is none" (fun () -> that "none" (ok (Sleep.state t.aml 5) = None));
      virt_devices t)

let virt_v2 () =
  let cores = [ "-cpu"; "cortex-a57"; "-smp"; "2" ] in
  virt "virt, GICv2" "virt,gic-version=2,highmem=off" cores (fun t ->
      fact t "MADT: distributor, CPU interfaces, MSI frame" (fun () ->
          let distributor, cpus, all = gic t in
          that "distributor" (distributor = Some (0x8000000, 2));
          that "interfaces" (List.for_all (fun (g : Acpi.Madt.gicc) -> g.base = 0x8010000) cpus);
          that "frame"
            (List.mem
               (Acpi.Madt.Gic_msi_frame { id = 0; base = 0x8020000; spis = Some (64, 80) }) all));
      fact t "MCFG: below 4 GiB" (fun () ->
          that "it"
            (read t "MCFG" Acpi.Mcfg.of_table
             = [ { base = 0x3f000000; segment = 0; first_bus = 0; last_bus = 15 } ]));
      virt_devices t)

let () =
  Sys.set_signal Sys.sigpipe Signal_ignore;
  List.iter
    (fun machine -> machine ())
    [ q35; i440fx; no_hpet; expanders; microvm; microvm_mmio; virt_v3; virt_v2 ];
  Check.finish ()
