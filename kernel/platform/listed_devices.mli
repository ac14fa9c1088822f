(** Devices that are named on the kernel command line, as QEMU's microvm does where there are no
    tables: [virtio_mmio.device=512@0xfeb00e00:12], size, address and interrupt.

    Source: Linux, Documentation/admin-guide/kernel-parameters.txt, virtio_mmio.device. *)

val find : string -> Drivers.Hardware.t list
(** Of a command line. Words that make no sense are passed over. *)
