type t = {
  source : string;
  hosts : Pci_host.t list;
  devices : Drivers.Hardware.t list;
  complaints : string list;
}

let nothing source = { source; hosts = []; devices = []; complaints = [] }
