(** What the kernel's own operations cost. In QEMU with [-icount shift=0] and one core the clock
    counts instructions, one a nanosecond: [make bench] runs it so. *)

type result = { name : string; per_operation : float; operations : int }

val all : (string * (unit -> result)) list
(** By name. Each runs in a fiber of core 0, and is warm when it measures. *)

val to_json : result -> string
(** One line. *)
