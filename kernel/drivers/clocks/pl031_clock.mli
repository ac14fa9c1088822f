(** ARM's clock, which counts seconds since 1970 in 32 bits.

    Source: ARM PrimeCell Real Time Clock (PL031) Technical Reference Manual, DDI 0224, chapter
    3. *)

val driver : Driver.t
