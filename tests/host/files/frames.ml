(* SAFETY: tests/host/files/machine/frames.c takes and gives numbers. *)
external in_use : unit -> int = "host_frames_in_use"
external limit : int -> int = "host_frames_limit"

let with_at_most frames f =
  let before = limit (in_use () + frames) in
  Fun.protect ~finally:(fun () -> ignore (limit before : int)) f
