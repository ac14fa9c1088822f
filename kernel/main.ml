(* The kernel's first OCaml code: greets, unpacks the boot module, and hands over to the monitor. *)

let find_module name =
  List.find_opt
    (fun (m : Hal.Machine.boot_module) -> Filename.basename m.path = name)
    (Hal.Machine.boot_modules ())

let unpack () =
  match find_module "initfs.tar" with
  | None ->
      Printf.printf "no boot module initfs.tar: there are no files\n%!";
      Initfs.empty
  | Some m -> (
      match Initfs.of_archive m.contents with
      | Ok files -> files
      | Error e ->
          Format.printf "%s: %a: there are no files@." m.path Ustar.pp_error e;
          Initfs.empty)

let text (contents : Hal.Machine.contents) =
  Ustar.read contents ~offset:0 ~size:(Bigarray.Array1.dim contents)

let greet () =
  let f = Hal.Machine.facts () and memory = Hal.Machine.memory () in
  Printf.printf "Bactrian %s on %s: OCaml %s, %d cores, %s of memory, booted in %d ms\n%!" f.version
    f.architecture Sys.ocaml_version (Sched.cores ())
    (Commands.pp_bytes memory.total)
    (Hal.Machine.uptime_ns () / 1_000_000)

let drivers =
  Drivers.
    [
      Virtio_blk.driver;
      Nvme.driver;
      Ahci.driver;
      Virtio_net.driver;
      E1000e.driver;
      Virtio_rng.driver;
      Cmos_clock.driver;
      Pl031_clock.driver;
      Goldfish_clock.driver;
      Virtio_input.driver;
      Ps2_keyboard.driver;
      Virtio_console.driver;
      Framebuffer.driver;
      Virtio_gpu.driver;
      Virtio_9p.driver;
      Edu.driver;
    ]

let archive () =
  Option.map (fun (m : Hal.Machine.boot_module) -> m.contents) (find_module "initfs.tar")

let further_commands () =
  List.concat
    [
      Device_commands.all;
      Entropy_commands.all;
      Clock_commands.all;
      Input_commands.all;
      Net_commands.all;
      Stream_commands.all;
      Display_commands.all;
      Nine_p_commands.all;
      Edu_commands.all;
      Program_commands.all (archive ());
      Process_commands.all;
      [ Misbehave.command; Misbehaving_driver.command ];
    ]

let boot () =
  Console.start ();
  Screens.start ();
  Devices.start ~around:Misbehaving_driver.around drivers;
  Wall_clock.start ();
  let files = unpack () in
  greet ();
  let benchmark (name, run) = (name, fun () -> Kernel_bench.(to_json (run ()))) in
  let benchmarks = List.map benchmark Kernel_bench.all in
  let commands =
    Commands.all ~files ~tests:Boot_suites.all ~soak:Soak.run ~benchmarks ~marked:Marked_bench.all
      ~more:(further_commands ())
  in
  match find_module "run" with
  | Some m -> Monitor.script commands (text m.contents)
  | None ->
      Printf.printf "Type `help` for the commands.\n";
      Monitor.interact commands

(* The OCaml runtime has so many domains. *)
let most_cores = 128

let assignment ~cores =
  match Sched.Assignment.of_options ~cores Hal.Machine.option with
  | Ok assignment -> assignment
  | Error why ->
      Printf.printf "%s: the default stands\n%!" why;
      Sched.Assignment.default ~cores

(* Of a fiber, in words: endless recursion shall not take all of memory first. *)
let stack_limit = 1 lsl 20

let start () =
  Printexc.record_backtrace true;
  Gc.set { (Gc.get ()) with stack_limit };
  let cores = min most_cores (Array.length (Hal.Machine.cores ())) in
  Sched.run (assignment ~cores) ~cores boot

let () =
  try start ()
  with e ->
    let backtrace = Printexc.get_backtrace () in
    let why = Printexc.to_string e in
    Hal.Power.panic (Printf.sprintf "the kernel's main raised %s\n%s" why backtrace)
