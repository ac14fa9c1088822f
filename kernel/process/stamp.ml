open Fs

let of_ns ns : Node.stamp = { seconds = ns / 1_000_000_000; nanoseconds = ns mod 1_000_000_000 }
let now () = of_ns (Hal.Machine.wall_ns ())
