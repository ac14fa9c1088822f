(* SAFETY: the stub copies at most [len] bytes into a range checked here, and allocates nothing. *)
external unsafe_read : bytes -> int -> int -> int = "hal_console_read" [@@noalloc]

external unsafe_read_mirror : bytes -> int -> int -> int = "hal_console_read_mirror" [@@noalloc]

(* SAFETY of these: they take and return immediate values. *)
external event : unit -> int = "hal_console_event" [@@noalloc]
external mirror_event : unit -> int = "hal_console_mirror_event" [@@noalloc]
external is_polled : unit -> bool = "hal_console_is_polled" [@@noalloc]

let read buffer ~pos ~len =
  if pos < 0 || len < 0 || pos > Bytes.length buffer - len then invalid_arg "Hal.Console.read";
  unsafe_read buffer pos len

let read_mirror buffer ~pos ~len =
  if pos < 0 || len < 0 || pos > Bytes.length buffer - len then
    invalid_arg "Hal.Console.read_mirror";
  unsafe_read_mirror buffer pos len
