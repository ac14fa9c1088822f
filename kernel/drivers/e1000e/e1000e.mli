(** Network interfaces of Intel's 82574 family, with one queue each way: checksums are computed and
    checked by the device. Source: Intel 82574 GbE Controller Family Datasheet. *)

val driver : Driver.t
