(** Disks by NVMe: each namespace of a controller is one. There is a queue for each core that serves
    drivers, as far as the controller has queues and messages; one alone where it interrupts by its
    line. Source: NVM Express Base Specification 1.4. *)

val driver : Driver.t
