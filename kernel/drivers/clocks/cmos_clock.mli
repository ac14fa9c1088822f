(** The clock of PC-compatible machines, behind two I/O ports.

    Source: Motorola MC146818A data sheet; {!Clocks.Cmos}. *)

val driver : Driver.t
