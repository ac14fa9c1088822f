(* The trees that QEMU makes, against what its machines are: the memory maps and interrupts of its
   hw/arm/virt.c, hw/riscv/virt.c and hw/i386/microvm.c. *)
open Fdt

let arm = "qemu-system-aarch64"
let riscv = "qemu-system-riscv64"
let machine_name = ref ""
let fact name body = Check.test (Printf.sprintf "qemu %s: %s" !machine_name name) body

(* The shortest of some times that reading the blob takes. *)
let print_time blob =
  let contents = Flat.contents blob in
  let once _ =
    let start = Unix.gettimeofday () in
    ignore (Tree.of_contents contents);
    Unix.gettimeofday () -. start
  in
  let best = List.fold_left min infinity (List.init 20 once) in
  Printf.printf "# %s: %d bytes read in %.3f ms\n" !machine_name (String.length blob) (best *. 1e3)

(* The facts of a machine, when QEMU gives its tree. *)
let machine name make facts =
  machine_name := name;
  let read () =
    let blob = make () in
    (blob, Expect.tree blob)
  in
  match read () with
  | exception exn -> fact "a tree" (fun () -> raise exn)
  | blob, tree ->
      print_time blob;
      fact "as text, through another compiler" (fun () -> Same.compiled tree);
      facts tree

let virt program name machine_type ?(more = []) facts =
  let cpu = if program = arm then [ "-cpu"; "cortex-a57" ] else [ "-bios"; "none" ] in
  machine name (fun () -> Qemu.device_tree ~program ("virt" ^ machine_type) (cpu @ more)) facts

let numa_node number cpus megabytes =
  let memory = Printf.sprintf "memory-backend-ram,id=m%d,size=%dM" number megabytes in
  [ "-object"; memory; "-numa"; Printf.sprintf "node,cpus=%s,memdev=m%d" cpus number ]

(* ---- what is asked of several ---- *)

let found tree names =
  match Tree.compatible tree names with
  | first :: _ -> first
  | [] -> failwith ("there is no " ^ String.concat " or " names)

let regions tree node = List.map Expect.ok (Address.regions tree node)

let words interrupt =
  let { Interrupt.controller; specifier } = Expect.ok interrupt in
  String.concat " " (Node.base_name controller :: List.map string_of_int specifier)

let interrupts_are node tree expected =
  let got = List.map words (Interrupt.of_node tree node) in
  Expect.equal "interrupts" (String.concat ", ") got expected

let device tree name expected interrupts =
  fact name (fun () ->
      let node = found tree [ name ] in
      Expect.regions "registers" (regions tree node) expected;
      interrupts_are node tree interrupts)

let console tree path =
  fact "console" (fun () ->
      match Expect.ok (Chosen.console tree) with
      | Some { node; options } ->
          Expect.text "node" (Node.path node) path;
          Expect.text "options" options ""
      | None -> Check.that "there is one" false)

let memory tree banks =
  fact "memory" (fun () ->
      let got = List.sort compare (Expect.ok (Memory.banks tree)) in
      Expect.regions "banks" (List.map (fun (b : Memory.bank) -> b.region) got)
        (List.map fst banks);
      Check.that "NUMA nodes"
        (List.map (fun (b : Memory.bank) -> b.numa_node) got = List.map snd banks))

let cores tree ids facts_of expected =
  fact "cores" (fun () ->
      let cpus = List.map Expect.ok (Cpu.all tree) in
      let got = List.sort compare (List.map (fun (c : Cpu.t) -> c.id) cpus) in
      Expect.equal "ids" (fun ids -> String.concat " " (List.map string_of_int ids)) got ids;
      List.iter (fun c -> Check.that "as expected" (facts_of c = expected)) cpus)

let ecam tree = found tree [ "pci-host-ecam-generic" ]

let windows tree expected =
  fact "PCIe windows" (fun () ->
      let window { Address.pci; physical; size } = (pci.space, pci.at, physical, size) in
      let windows = List.map Expect.ok (Address.pci_windows tree (ecam tree)) in
      Check.that "as expected" (List.map window windows = expected))

(* Each pin of each slot is one of four inputs in turn. *)
let pins tree expected =
  fact "PCIe interrupts" (fun () ->
      for device = 0 to 31 do
        for pin = 1 to 4 do
          let got =
            Interrupt.of_pci_pin tree (ecam tree) ~bus:0 ~device ~function_:(pin - 1) ~pin
          in
          Expect.text (Printf.sprintf "slot %d, pin %d" device pin) (words got)
            (expected ((device + pin - 1) mod 4))
        done
      done)

let message_goes tree rid expected =
  fact "messages" (fun () ->
      match Expect.ok (Requester.msi tree (ecam tree) rid) with
      | None -> Expect.text "controller" "none" expected
      | Some { controller; id } ->
          let name = Printf.sprintf "%s 0x%x" (Node.base_name controller) id in
          Expect.text "controller" name expected)

(* The slots of virtio-mmio: where each is, and its interrupt. *)
let virtio_mmio tree ~count ~base ~step ~size interrupt =
  fact "virtio-mmio" (fun () ->
      let nodes = Tree.compatible tree [ "virtio,mmio" ] in
      Expect.int "slots" (List.length nodes) count;
      let check node =
        let region = Expect.ok (Address.first tree node) in
        let slot = (region.base - base) / step in
        Expect.regions "registers" [ region ] [ (base + (slot * step), size) ];
        interrupts_are node tree [ interrupt slot ]
      in
      List.iter check nodes)

(* ---- aarch64 ---- *)

let arm_devices tree ~spi =
  device tree "arm,pl011" [ (0x900_0000, 0x1000) ] [ spi 1 4 ];
  device tree "arm,pl031" [ (0x901_0000, 0x1000) ] [ spi 2 4 ];
  device tree "arm,pl061" [ (0x903_0000, 0x1000) ] [ spi 7 4 ];
  device tree "qemu,fw-cfg-mmio" [ (0x902_0000, 0x18) ] [];
  device tree "cfi-flash" [ (0, 0x400_0000); (0x400_0000, 0x400_0000) ] [];
  console tree "/pl011@9000000";
  virtio_mmio tree ~count:32 ~base:0xa00_0000 ~step:0x200 ~size:0x200
    (fun slot -> spi (16 + slot) 1);
  windows tree
    [
      (Io, 0, 0x3eff_0000, 0x1_0000);
      (Memory32, 0x1000_0000, 0x1000_0000, 0x2eff_0000);
      (Memory64, 0x80_0000_0000, 0x80_0000_0000, 0x80_0000_0000);
    ];
  pins tree (fun n -> spi (3 + n) 4)

let gic_spi number flags = Printf.sprintf "intc 0 %d %d" number flags

let timers tree ~mask =
  fact "timers" (fun () ->
      let timer = found tree [ "arm,armv8-timer" ] in
      let ppi number = Printf.sprintf "intc 1 %d %d" number ((mask lsl 8) lor 4) in
      interrupts_are timer tree (List.map ppi [ 13; 14; 11; 10 ]))

let by_psci (c : Cpu.t) = (c.enable_method, c.status)

let aarch64 () =
  virt arm "aarch64 virt" "" ~more:[ "-m"; "1024" ] (fun tree ->
      arm_devices tree ~spi:gic_spi;
      device tree "arm,cortex-a15-gic" [ (0x800_0000, 0x1_0000); (0x801_0000, 0x1_0000) ] [];
      device tree "arm,gic-v2m-frame" [ (0x802_0000, 0x1000) ] [];
      device tree "pci-host-ecam-generic" [ (0x40_1000_0000, 0x1000_0000) ] [];
      message_goes tree 0x1234 "v2m 0x1234";
      timers tree ~mask:1;
      cores tree [ 0 ] by_psci ([], Node.Okay);
      memory tree [ ((0x4000_0000, 0x4000_0000), 0) ]);
  virt arm "aarch64 virt, GICv3, ITS, 18 cores" ",gic-version=3,its=on,virtualization=on"
    ~more:[ "-smp"; "18" ] (fun tree ->
      arm_devices tree ~spi:gic_spi;
      device tree "arm,gic-v3" [ (0x800_0000, 0x1_0000); (0x80a_0000, 0xf6_0000) ] [ "intc 1 9 4" ];
      device tree "arm,gic-v3-its" [ (0x808_0000, 0x2_0000) ] [];
      message_goes tree 0x1234 "its 0x1234";
      timers tree ~mask:0;
      cores tree (List.init 16 Fun.id @ [ 0x100; 0x101 ]) by_psci ([ "psci" ], Node.Okay));
  virt arm "aarch64 virt, secure, IOMMU" ",gic-version=3,iommu=smmuv3,secure=on" (fun tree ->
      fact "the secure world's port is not ours" (fun () ->
          let ports = List.filter Node.is_enabled (Tree.compatible tree [ "arm,pl011" ]) in
          Expect.equal "ports" (String.concat " ") (List.map Node.name ports) [ "pl011@9000000" ]);
      fact "IOMMU" (fun () ->
          match Expect.ok (Requester.iommu tree (ecam tree) 0x10) with
          | Some { controller; id } ->
              Check.that "its streams" (Node.is_compatible controller "arm,smmu-v3" && id = 0x10)
          | None -> Check.that "there is one" false));
  virt arm "aarch64 virt, low memory" ",highmem=off" (fun tree ->
      device tree "pci-host-ecam-generic" [ (0x3f00_0000, 0x100_0000) ] [];
      windows tree
        [ (Io, 0, 0x3eff_0000, 0x1_0000); (Memory32, 0x1000_0000, 0x1000_0000, 0x2eff_0000) ]);
  let more = [ "-smp"; "4"; "-m"; "384" ] @ numa_node 0 "0-1" 256 @ numa_node 1 "2-3" 128 in
  virt arm "aarch64 virt, two NUMA nodes" "" ~more (fun tree ->
      memory tree [ ((0x4000_0000, 0x1000_0000), 0); ((0x5000_0000, 0x800_0000), 1) ];
      cores tree [ 0; 1; 2; 3 ] (fun c -> c.numa_node = c.id / 2) true)

(* ---- riscv64 ---- *)

let riscv_devices tree ~irq =
  device tree "ns16550a" [ (0x1000_0000, 0x100) ] [ irq 10 ];
  device tree "google,goldfish-rtc" [ (0x10_1000, 0x1000) ] [ irq 11 ];
  device tree "qemu,fw-cfg-mmio" [ (0x1010_0000, 0x18) ] [];
  device tree "pci-host-ecam-generic" [ (0x3000_0000, 0x1000_0000) ] [];
  device tree "sifive,test0" [ (0x10_0000, 0x1000) ] [];
  console tree "/soc/serial@10000000";
  virtio_mmio tree ~count:8 ~base:0x1000_1000 ~step:0x1000 ~size:0x1000
    (fun slot -> irq (slot + 1));
  windows tree
    [
      (Io, 0, 0x300_0000, 0x1_0000);
      (Memory32, 0x4000_0000, 0x4000_0000, 0x4000_0000);
      (Memory64, 0x4_0000_0000, 0x4_0000_0000, 0x4_0000_0000);
    ];
  pins tree (fun n -> irq (32 + n));
  memory tree [ ((0x8000_0000, 0x2000_0000), 0) ];
  fact "time" (fun () -> Check.that "10 MHz" (Cpu.timebase_hz tree = Ok (Some 10_000_000)))

(* Interrupts of a controller that go to the cores' own, as pairs of the core and the input. *)
let cores_of tree names expected =
  fact ("cores of " ^ List.hd names) (fun () ->
      let pair interrupt =
        match Expect.ok interrupt with
        | { Interrupt.controller; specifier = [ input ] } ->
            let cpu = Option.get (Node.parent controller) in
            ((Expect.ok (Cpu.of_node cpu)).id, input)
        | _ -> failwith "not one cell"
      in
      let got = List.map pair (Interrupt.of_node tree (found tree names)) in
      Check.that "as expected" (List.sort compare got = expected))

let harts count inputs = List.concat_map (fun hart -> List.map (fun i -> (hart, i)) inputs)
  (List.init count Fun.id)

let isa (c : Cpu.t) =
  (c.status, Option.fold ~none:false ~some:(String.starts_with ~prefix:"rv64imafdc") c.riscv_isa)

let riscv64 () =
  let more n = [ "-m"; "512"; "-smp"; string_of_int n ] in
  virt riscv "riscv64 virt, PLIC" "" ~more:(more 2) (fun tree ->
      riscv_devices tree ~irq:(Printf.sprintf "plic %d");
      fact "PLIC" (fun () ->
          let plic = found tree [ "sifive,plic-1.0.0" ] in
          Expect.regions "registers" (regions tree plic) [ (0xc00_0000, 0x60_0000) ];
          Check.that "inputs" (Node.required plic "riscv,ndev" Property.u32 = Ok 96));
      cores_of tree [ "sifive,plic-1.0.0" ] (harts 2 [ 9; 11 ]);
      cores_of tree [ "sifive,clint0" ] (harts 2 [ 3; 7 ]);
      message_goes tree 8 "none";
      cores tree [ 0; 1 ] isa (Node.Okay, true));
  virt riscv "riscv64 virt, APLIC" ",aia=aplic" ~more:(more 1) (fun tree ->
      riscv_devices tree ~irq:(Printf.sprintf "aplic %d 4");
      fact "APLICs" (fun () ->
          let bases = List.map (fun node -> (Expect.ok (Address.first tree node)).base) in
          Check.that "of both modes"
            (List.sort compare (bases (Tree.compatible tree [ "riscv,aplic" ])) =
              [ 0xc00_0000; 0xd00_0000 ]));
      message_goes tree 8 "none");
  virt riscv "riscv64 virt, APLIC and IMSICs" ",aia=aplic-imsic,aia-guests=1" ~more:(more 4)
    (fun tree ->
      riscv_devices tree ~irq:(Printf.sprintf "aplic %d 4");
      fact "IMSICs" (fun () ->
          let supervisor = Expect.node tree "/soc/imsics@28000000" in
          Expect.regions "registers" (regions tree supervisor) [ (0x2800_0000, 4 * 0x2000) ];
          interrupts_are supervisor tree
            (List.map (fun _ -> "interrupt-controller 9") [ 0; 1; 2; 3 ]);
          let aplic = Expect.node tree "/soc/aplic@d000000" in
          match Expect.ok (Requester.msi_parents tree aplic) with
          | [ { node; specifier = [] } ] -> Check.that "of the APLIC" (Node.equal node supervisor)
          | _ -> Check.that "one parent" false);
      message_goes tree 0x8 "imsics 0x8";
      cores tree [ 0; 1; 2; 3 ] isa (Node.Okay, true));
  let more = more 2 @ numa_node 0 "0" 256 @ numa_node 1 "1" 256 in
  virt riscv "riscv64 virt, two NUMA nodes" "" ~more (fun tree ->
      memory tree [ ((0x8000_0000, 0x1000_0000), 0); ((0x9000_0000, 0x1000_0000), 1) ];
      cores tree [ 0; 1 ] (fun c -> c.numa_node = c.id) true)

(* ---- x86_64 ---- *)

let disk = [ "-drive"; "if=none,id=d,driver=null-co"; "-device"; "virtio-blk-device,drive=d" ]

let x86_64 () =
  let blob () =
    Qemu.firmware_file ~program:"qemu-system-x86_64" "microvm,pcie=on" ([ "-m"; "256" ] @ disk)
      "etc/fdt"
  in
  machine "x86_64 microvm" blob (fun tree ->
      virtio_mmio tree ~count:1 ~base:0xfeb0_0000 ~step:0x200 ~size:0x200
        (fun slot -> Printf.sprintf "ioapic2 %d 0" slot);
      device tree "pci-host-ecam-generic" [ (0xe000_0000, 0x1000_0000) ] [];
      windows tree
        [
          (Memory32, 0xc000_0000, 0xc000_0000, 0x2000_0000);
          (Memory64, 0xc0_0000_0000, 0xc0_0000_0000, 0x40_0000_0000);
        ];
      device tree "motorola,mc146818" [ (0x70, 8) ] [ "ioapic1 8 0" ])

let () =
  aarch64 ();
  riscv64 ();
  x86_64 ();
  Check.finish ()
