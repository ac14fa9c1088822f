type block = { register : Generic_address.t; length : int }

type profile =
  | Unspecified
  | Desktop
  | Mobile
  | Workstation
  | Enterprise_server
  | Soho_server
  | Appliance_pc
  | Performance_server
  | Tablet
  | Other_profile of int

type pc_boot = {
  legacy_devices : bool;
  i8042 : bool;
  no_vga : bool;
  no_msi : bool;
  no_aspm : bool;
  no_cmos_clock : bool;
}

type arm_boot = { psci : bool; psci_by_hvc : bool }

type t = {
  revision : int;
  minor_revision : int;
  facs : int option;
  dsdt : int option;
  profile : profile;
  sci_interrupt : int;
  smi_command : int option;
  acpi_enable : int;
  acpi_disable : int;
  pm1a_event : block option;
  pm1b_event : block option;
  pm1a_control : block option;
  pm1b_control : block option;
  pm2_control : block option;
  pm_timer : block option;
  gpe0 : block option;
  gpe1 : block option;
  gpe1_base : int;
  day_alarm : int;
  month_alarm : int;
  century : int;
  pc_boot : pc_boot;
  arm_boot : arm_boot;
  flags : int;
  wbinvd : bool;
  timer_is_32_bits : bool;
  hardware_reduced : bool;
  reset : (Generic_address.t * int) option;
  sleep_control : Generic_address.t option;
  sleep_status : Generic_address.t option;
  hypervisor_vendor : string;
}

(* ACPI 1.0's table ends here. *)
let size_min = 116
let ( let* ) = Result.bind

let profile_of_int = function
  | 0 -> Unspecified
  | 1 -> Desktop
  | 2 -> Mobile
  | 3 -> Workstation
  | 4 -> Enterprise_server
  | 5 -> Soho_server
  | 6 -> Appliance_pc
  | 7 -> Performance_server
  | 8 -> Tablet
  | n -> Other_profile n

let port address ~length =
  let space = Address_space.System_io in
  { Generic_address.space; bit_width = 8 * length; bit_offset = 0; access_size = 0; address }

(* [extended] is where the Generic Address Structure stands, [legacy] the 32-bit port, [length] the
   block's length in bytes. *)
let block part ~field ~extended ~legacy ~length =
  let length = Part.u8 part length and address = Part.u32 part legacy in
  let* register = Generic_address.read_if_present part ~field extended in
  match register with
  | Some register ->
      Ok (Some { register; length = (if length > 0 then length else register.bit_width / 8) })
  | None when address = 0 || length = 0 -> Ok None
  | None -> Ok (Some { register = port address ~length; length })

(* A 64-bit address, or the 32-bit one where it is absent or zero. *)
let address part ~field ~extended ~legacy =
  let* wide =
    if Part.has part ~at:extended ~size:8 then Part.u64 part ~field extended else Ok 0
  in
  let found = if wide <> 0 then wide else Part.u32 part legacy in
  Ok (if found = 0 then None else Some found)

let pc_boot_of flags =
  {
    legacy_devices = Part.bit flags 0;
    i8042 = Part.bit flags 1;
    no_vga = Part.bit flags 2;
    no_msi = Part.bit flags 3;
    no_aspm = Part.bit flags 4;
    no_cmos_clock = Part.bit flags 5;
  }

let reset_of part ~flags =
  let* register = Generic_address.read_if_present part ~field:"RESET_REG" 116 in
  match register with
  | Some register when Part.bit flags 10 && Part.has part ~at:128 ~size:1 ->
      Ok (Some (register, Part.u8 part 128))
  | _ -> Ok None

let of_table table =
  let part = Table.part table in
  let* () = Table.expect table "FACP" in
  let* () = Part.require part size_min in
  let u8 = Part.or_zero Part.u8 part ~size:1 and u16 = Part.or_zero Part.u16 part ~size:2 in
  let flags = Part.u32 part 112 and arm_flags = u16 129 in
  let* facs = address part ~field:"X_FIRMWARE_CTRL" ~extended:132 ~legacy:36 in
  let* dsdt = address part ~field:"X_DSDT" ~extended:140 ~legacy:40 in
  let* pm1a_event = block part ~field:"X_PM1a_EVT_BLK" ~extended:148 ~legacy:56 ~length:88 in
  let* pm1b_event = block part ~field:"X_PM1b_EVT_BLK" ~extended:160 ~legacy:60 ~length:88 in
  let* pm1a_control = block part ~field:"X_PM1a_CNT_BLK" ~extended:172 ~legacy:64 ~length:89 in
  let* pm1b_control = block part ~field:"X_PM1b_CNT_BLK" ~extended:184 ~legacy:68 ~length:89 in
  let* pm2_control = block part ~field:"X_PM2_CNT_BLK" ~extended:196 ~legacy:72 ~length:90 in
  let* pm_timer = block part ~field:"X_PM_TMR_BLK" ~extended:208 ~legacy:76 ~length:91 in
  let* gpe0 = block part ~field:"X_GPE0_BLK" ~extended:220 ~legacy:80 ~length:92 in
  let* gpe1 = block part ~field:"X_GPE1_BLK" ~extended:232 ~legacy:84 ~length:93 in
  let* reset = reset_of part ~flags in
  let* sleep_control = Generic_address.read_if_present part ~field:"SLEEP_CONTROL_REG" 244 in
  let* sleep_status = Generic_address.read_if_present part ~field:"SLEEP_STATUS_REG" 256 in
  let smi_command = match Part.u32 part 48 with 0 -> None | port -> Some port in
  Ok
    {
      revision = table.revision;
      minor_revision = u8 131 land 0xf;
      facs;
      dsdt;
      profile = profile_of_int (u8 45);
      sci_interrupt = u16 46;
      smi_command;
      acpi_enable = u8 52;
      acpi_disable = u8 53;
      pm1a_event;
      pm1b_event;
      pm1a_control;
      pm1b_control;
      pm2_control;
      pm_timer;
      gpe0;
      gpe1;
      gpe1_base = u8 94;
      day_alarm = u8 106;
      month_alarm = u8 107;
      century = u8 108;
      pc_boot = pc_boot_of (u16 109);
      arm_boot = { psci = Part.bit arm_flags 0; psci_by_hvc = Part.bit arm_flags 1 };
      flags;
      wbinvd = Part.bit flags 0;
      timer_is_32_bits = Part.bit flags 8;
      hardware_reduced = Part.bit flags 20;
      reset;
      sleep_control;
      sleep_status;
      hypervisor_vendor =
        (if Part.has part ~at:268 ~size:8 then Part.text part ~at:268 ~length:8 else "");
    }

let pp_block ppf (name, block) =
  match block with
  | None -> ()
  | Some { register; length } ->
      Format.fprintf ppf ", %s %a %d bytes" name Generic_address.pp register length

let pp ppf t =
  Format.fprintf ppf "FADT %d.%d, flags 0x%x, SCI %d" t.revision t.minor_revision t.flags
    t.sci_interrupt;
  List.iter (pp_block ppf)
    [
      ("PM1a events", t.pm1a_event);
      ("PM1b events", t.pm1b_event);
      ("PM1a control", t.pm1a_control);
      ("PM1b control", t.pm1b_control);
      ("PM2 control", t.pm2_control);
      ("PM timer", t.pm_timer);
      ("GPE0", t.gpe0);
      ("GPE1", t.gpe1);
    ];
  Option.iter
    (fun (register, value) ->
      Format.fprintf ppf ", reset 0x%x to %a" value Generic_address.pp register)
    t.reset
