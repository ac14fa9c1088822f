type t = {
  name : string;
  session : Qemu.session;
  tables : Acpi.Tables.t;
  aml : Aml.Machine.t;
  devices : Aml.Device.t list;
}

let show pp value = Format.asprintf "%a" pp value
let fact t name body = Check.test (t.name ^ ": " ^ name) body

let same show expected found =
  Check.that (Printf.sprintf "%s, not %s" (show found) (show expected)) (found = expected)

let ok = function
  | Ok value -> value
  | Error error -> failwith (show Aml.Query.pp_error error)

let describe name session =
  let tables = Firmware.tables (Firmware.install session) in
  let aml = Firmware.machine session tables in
  let devices, errors = Aml.Device.list aml in
  List.iter (fun error -> ok (Error error)) errors;
  { name; session; tables; aml; devices }

(* Whatever fails before the facts is a failed test of its own. *)
let with_machine ~program configuration ~prepare name machine arguments facts =
  let body session =
    prepare session;
    let described = ref None in
    Check.test (name ^ ": tables and AML without an error") (fun () ->
        described := Some (describe name session));
    Option.iter facts !described
  in
  match Qemu.with_session ~program configuration machine arguments body with
  | () -> ()
  | exception Failure what -> Check.test (name ^ ": QEMU") (fun () -> failwith what)

let config session address size value =
  ignore (Qemu.send session "outl 0xcf8 0x%x" address);
  ignore (Qemu.send session "out%s 0xcfc 0x%x" size value)

(* PCIEXBAR of the host bridge; PMBASE and ACPI_CNTL of the LPC bridge
  (ICH9) or the power management
   function (PIIX4), told apart by the host bridge's device id. *)
let set_up session =
  ignore (Qemu.send session "outl 0xcf8 0x80000000");
  match Qemu.send session "inl 0xcfc" with
  | "0x29c08086" ->
      config session 0x80000060 "l" 0xb0000001;
      config session 0x8000f840 "l" 0x601;
      config session 0x8000f844 "b" 0x80
  | "0x12378086" ->
      config session 0x80000b40 "l" 0x601;
      config session 0x80000b80 "b" 0x01
  | _ -> ()

let pc name machine arguments facts =
  with_machine ~program:"qemu-system-x86_64" Ports ~prepare:set_up name machine arguments facts

let virt name machine arguments facts =
  with_machine ~program:"qemu-system-aarch64" Registers ~prepare:ignore name machine arguments facts

let device t text =
  let path = Option.get (Aml.Path.of_string text) in
  match List.find_opt (fun (d : Aml.Device.t) -> d.path = path) t.devices with
  | Some device -> device
  | None -> failwith ("there is no " ^ text)

let resources t text =
  List.map (show Aml.Resource.pp) (ok (Aml.Device.resources t.aml (device t text)))

let present t id =
  List.filter (fun (d : Aml.Device.t) -> Aml.Device.has_id d id && d.status.present) t.devices
