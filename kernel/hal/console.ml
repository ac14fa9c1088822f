(* SAFETY: the stub copies at most [len] bytes, through a buffer of its own, into a range checked
   here. *)
external unsafe_read : bytes -> int -> int -> int -> int = "hal_console_read"

(* SAFETY: takes and returns immediate values. *)
external drain : unit -> unit = "hal_console_drain"

let read buffer ~pos ~len ~timeout_ns =
  if pos < 0 || len < 0 || pos > Bytes.length buffer - len then
    invalid_arg "Hal.Console.read";
  unsafe_read buffer pos len timeout_ns
