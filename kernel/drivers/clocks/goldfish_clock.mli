(** The clock of the Goldfish virtual platform, which counts nanoseconds since 1970.

    Source: Goldfish virtual hardware, "Goldfish RTC" (Android emulator documentation). *)

val driver : Driver.t
