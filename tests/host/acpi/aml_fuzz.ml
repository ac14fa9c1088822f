(* Any bytes as AML: loaded, initialised, every name evaluated, every device asked, within the
   budget of each. The arguments are files of ASL; the blocks that QEMU makes are changed as well.
   *)
open Aml

let limits = { Budget.steps = 5_000; depth = 256; memory = 1 lsl 20 }

let print pp value = ignore (Format.asprintf "%a" pp value)

let rec paths machine path =
  path :: List.concat_map (paths machine) (Machine.children machine path)

let evaluate machine path =
  let arguments = [ Value.Integer 1L; String "x"; Buffer "\001\002"; Integer 0L ] in
  match Machine.evaluate ~arguments machine path with
  | Ok value -> print Value.pp value
  | Error error -> print Error.pp error

let tell pp = function Ok value -> print pp value | Error error -> print Query.pp_error error

let pp_list pp ppf list = Format.pp_print_list pp ppf list

let ask machine (device : Device.t) =
  print Device.pp device;
  tell (pp_list Resource.pp) (Device.resources machine device);
  tell (Format.pp_print_option (pp_list Routing.pp)) (Routing.table machine device.path);
  let link = Routing.Link { path = device.path; index = 0 } in
  tell (fun _ _ -> ()) (Routing.interrupt machine link);
  ignore (Machine.pci_function machine device.path)

(* The first names of each: there can be very many. *)
let nr_max = 64
let first list = List.filteri (fun n _ -> n < nr_max) list

let try_blocks blocks =
  let memory = Memory.create () in
  let machine, errors = Machine.load ~limits (Memory.handlers memory) blocks in
  List.iter (print Error.pp) errors;
  List.iter (print Error.pp) (Machine.initialize machine);
  let devices, errors = Device.list machine in
  List.iter (print Query.pp_error) errors;
  List.iter (ask machine) (first devices);
  List.iter (evaluate machine) (first (paths machine []));
  tell (fun _ _ -> ()) (Sleep.state machine 5);
  ignore (Sleep.prepare machine 5)

(* Both widths of integers, by what comes. *)
let block bytes =
  let revision = 1 + (Hashtbl.hash bytes land 1) in
  Expect.table (Bytes_of.table ~revision "DSDT" [ bytes ])

let try_bytes bytes = try_blocks [ block bytes ]

let try_resources bytes =
  match Resource.decode bytes with
  | Ok resources ->
      List.iter (print Resource.pp) resources;
      List.iter (fun r -> ignore (Resource.encode_interrupt r)) resources
  | Error error -> print Resource.pp_error error

(* ---- good inputs ---- *)

let body (table : Acpi.Table.t) =
  let size = Acpi.Table.header_size in
  String.sub table.bytes size (String.length table.bytes - size)

let blocks_of session =
  List.map body (Acpi.Tables.definition_blocks (Firmware.tables (Firmware.install session)))

let of_qemu () =
  Qemu.with_session ~program:"qemu-system-x86_64" Ports "q35" [] blocks_of
  @ Qemu.with_session ~program:"qemu-system-x86_64" Ports "microvm,acpi=on,pcie=on" [] blocks_of

let templates blocks =
  let machine, _ = Machine.load (Memory.handlers (Memory.create ())) (List.map block blocks) in
  let template path =
    match Machine.evaluate machine path with
    | Ok (Buffer bytes) when Result.is_ok (Resource.decode bytes) -> Some bytes
    | _ -> None
  in
  List.filter_map template (paths machine [])

let () =
  let files = List.map (fun path -> body (Asl_file.compile path))
    (List.tl (Array.to_list Sys.argv)) in
  let small = Array.of_list files and large = Array.of_list (of_qemu ()) in
  let templates = Array.of_list (List.concat_map (fun block -> templates [ block ]) files) in
  Fuzz.run "fuzz: AML, operators at random" Aml_soup.make () try_bytes;
  Fuzz.run "fuzz: AML, changes of what iasl makes" Fuzz.mutate small try_bytes;
  Fuzz.run "fuzz: AML, changes of what QEMU makes" Fuzz.mutate large try_bytes;
  Fuzz.run "fuzz: AML, noise" Fuzz.noise () try_bytes;
  Fuzz.run "fuzz: resource templates" Fuzz.mutate templates try_resources;
  Check.finish ()
