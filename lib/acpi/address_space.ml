type t =
  | System_memory
  | System_io
  | Pci_config
  | Embedded_controller
  | Smbus
  | Cmos
  | Pci_bar_target
  | Ipmi
  | General_purpose_io
  | Generic_serial_bus
  | Platform_communication
  | Platform_runtime
  | Fixed_hardware
  | Other of int

let numbers =
  [
    (0, System_memory);
    (1, System_io);
    (2, Pci_config);
    (3, Embedded_controller);
    (4, Smbus);
    (5, Cmos);
    (6, Pci_bar_target);
    (7, Ipmi);
    (8, General_purpose_io);
    (9, Generic_serial_bus);
    (10, Platform_communication);
    (11, Platform_runtime);
    (0x7f, Fixed_hardware);
  ]

let of_int n = Option.value (List.assoc_opt n numbers) ~default:(Other n)

let to_int t =
  match (t, List.find_opt (fun (_, other) -> other = t) numbers) with
  | Other n, _ | _, Some (n, _) -> n
  | _, None -> assert false

let to_string = function
  | System_memory -> "memory"
  | System_io -> "io"
  | Pci_config -> "pci-config"
  | Embedded_controller -> "embedded-controller"
  | Smbus -> "smbus"
  | Cmos -> "cmos"
  | Pci_bar_target -> "pci-bar"
  | Ipmi -> "ipmi"
  | General_purpose_io -> "gpio"
  | Generic_serial_bus -> "serial-bus"
  | Platform_communication -> "pcc"
  | Platform_runtime -> "prm"
  | Fixed_hardware -> "fixed-hardware"
  | Other n -> Printf.sprintf "space 0x%x" n

let pp ppf t = Format.pp_print_string ppf (to_string t)
