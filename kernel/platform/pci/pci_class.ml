let with_interface =
  [
    (0x010601, "SATA controller (AHCI)");
    (0x010802, "NVMe controller");
    (0x0c0300, "USB controller (UHCI)");
    (0x0c0310, "USB controller (OHCI)");
    (0x0c0320, "USB controller (EHCI)");
    (0x0c0330, "USB controller (xHCI)");
  ]

let subclasses =
  [
    (0x0000, "device without a class");
    (0x0001, "VGA-compatible device");
    (0x0100, "SCSI controller");
    (0x0101, "IDE controller");
    (0x0104, "RAID controller");
    (0x0106, "SATA controller");
    (0x0107, "SAS controller");
    (0x0108, "non-volatile memory controller");
    (0x0180, "mass storage controller");
    (0x0200, "Ethernet controller");
    (0x0280, "network controller");
    (0x0300, "VGA-compatible controller");
    (0x0380, "display controller");
    (0x0400, "video device");
    (0x0401, "audio device");
    (0x0403, "HD audio device");
    (0x0500, "RAM controller");
    (0x0600, "host bridge");
    (0x0601, "ISA bridge");
    (0x0604, "PCI bridge");
    (0x0680, "bridge");
    (0x0700, "serial controller");
    (0x0780, "communication controller");
    (0x0800, "interrupt controller");
    (0x0805, "SD host controller");
    (0x0880, "system peripheral");
    (0x0900, "keyboard controller");
    (0x0980, "input device controller");
    (0x0c03, "USB controller");
    (0x0c05, "SMBus controller");
    (0x1000, "network encryption controller");
    (0x1180, "signal processing controller");
  ]

let bases =
  [
    (0x01, "mass storage controller");
    (0x02, "network controller");
    (0x03, "display controller");
    (0x04, "multimedia device");
    (0x05, "memory controller");
    (0x06, "bridge");
    (0x07, "communication controller");
    (0x08, "system peripheral");
    (0x09, "input device controller");
    (0x0a, "docking station");
    (0x0b, "processor");
    (0x0c, "serial bus controller");
    (0x0d, "wireless controller");
    (0x0e, "intelligent controller");
    (0x0f, "satellite controller");
    (0x10, "encryption controller");
    (0x11, "signal processing controller");
    (0x12, "processing accelerator");
    (0xff, "unassigned device");
  ]

let name code =
  let ( or ) found next = match found with Some name -> name | None -> next () in
  List.assoc_opt code with_interface or fun () ->
  List.assoc_opt (code lsr 8) subclasses or fun () ->
  List.assoc_opt (code lsr 16) bases or fun () -> Printf.sprintf "class %06x" code
