(** What QEMU tells of the machines that it makes, asked without running anything on them. No call
    takes longer than a minute: QEMU is ended then. Failures raise [Failure] with QEMU's words. *)

val device_tree : program:string -> string -> string list -> string
(** The flattened device tree of a machine, which [-M] and these arguments describe. The machine
    must know [dumpdtb]. *)

val firmware_file : program:string -> string -> string list -> string -> string
(** A file that an x86 machine has ready for its firmware, by its name, such as ["etc/fdt"]. *)

(** {1 Sessions} with a machine whose processors stand still: its devices answer

    Sources: QEMU's docs/specs/fw_cfg.txt, and the protocol of qtest in its softmmu/qtest.c. *)

type session

(** How the machine's firmware configuration device is reached. *)
type configuration = Ports  (** x86 *) | Registers  (** Arm's virt *)

val with_session :
  program:string -> configuration -> string -> string list -> (session -> 'a) -> 'a
(** [with_session ~program configuration machine arguments body]; the machine is ended
    afterwards. *)

val send : session -> ('a, unit, string, string) format4 -> 'a
(** One line of qtest's, such as ["inb 0x%x"]; what it answers after OK, or nothing. *)

val file : session -> string -> string
(** A file for the firmware, by its name. Overwrites memory in the machine's second 64 KiB on. *)
