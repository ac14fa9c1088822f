type t = { name : string; matches : Hardware.identity -> bool; start : Device.t -> unit }

let pci_class code ~mask = function
  | Hardware.Pci p -> p.class_code land mask = code land mask
  | Compatible _ | Acpi _ | Virtio _ | Named _ -> false

let pci_ids ids = function
  | Hardware.Pci p -> List.mem (p.vendor, p.device) ids
  | Compatible _ | Acpi _ | Virtio _ | Named _ -> false

let compatible names = function
  | Hardware.Compatible has | Acpi has -> List.exists (fun name -> List.mem name names) has
  | Pci _ | Virtio _ | Named _ -> false
