(** What QEMU tells of the machines that it makes, asked without running anything on them. No call
    takes longer than a minute: QEMU is ended then. Failures raise [Failure] with QEMU's words. *)

val device_tree : program:string -> string -> string list -> string
(** The flattened device tree of a machine, which [-M] and these arguments describe. The machine
    must know [dumpdtb]. *)

val firmware_file : program:string -> string -> string list -> string -> string
(** A file that an x86 machine has ready for its firmware, by its name, such as ["etc/fdt"].

    Sources: QEMU's docs/specs/fw_cfg.txt, and the protocol of qtest in its softmmu/qtest.c. *)
