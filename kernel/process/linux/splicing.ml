open Fs
open Call

type place = Own | At of int ref

let pipe_of (file : File.t) = match file.what with Pipe.Pipe pipe -> Some pipe | _ -> None

(* ---- waiting ---- *)

let watches (file : File.t) bits =
  let bits = Readiness.(union bits (union always read_hangup)) in
  match file.file.watch with Some watch -> [ (watch, bits) ] | None -> []

let retry thread ~at_once watches attempt =
  let patience = if at_once then Patience.none else Signals.patience thread in
  Patience.retry patience watches attempt

let once thread file bits ~at_once attempt =
  retry thread ~at_once (watches file bits) attempt |> Sockets.told_of_pipe thread

let is_ready file bits = not Readiness.(is_empty (inter bits (File.readiness file)))

(* With a pipe and a file that is none: where the pipe is ready it was the file that was not. *)
let with_pipe thread (pipe, pipe_bits) (file, bits) ~at_once attempt =
  let at_once = at_once || File.is_nonblocking pipe in
  let attempt () =
    match attempt () with
    | Error Errno.EAGAIN when File.is_nonblocking file && is_ready pipe pipe_bits ->
        Ok (Error Errno.EAGAIN)
    | Error Errno.EAGAIN -> Error Errno.EAGAIN
    | answer -> Ok answer
  in
  let watches = watches pipe pipe_bits @ watches file bits in
  Result.join (retry thread ~at_once watches attempt)

(* ---- transfers whose other side is a file, which is never waited for ---- *)

let moved place answer =
  (match (place, answer) with At position, Ok n -> position := !position + n | _ -> ());
  answer

let into thread file place transfer =
  match place with
  | Own -> File_io.write_within thread Patience.none file transfer
  | At position -> moved place (File_io.write_at thread file ~at:!position transfer)

let out_of thread file place transfer =
  match place with
  | Own -> File_io.read_within thread Patience.none file transfer
  | At position -> moved place (File_io.read_at thread file ~at:!position transfer)

let that_puts put ~length =
  Transfer.make ~length @@ fun work ~from n ->
  match work with
  | Put (bytes, at) -> put (Transfer.of_bytes bytes (at + from) n)
  | Take _ | Load _ | Store _ -> Error Errno.EINVAL

let that_takes take ~length =
  Transfer.make ~length @@ fun work ~from n ->
  match work with
  | Take (bytes, at) -> take (Transfer.of_bytes bytes (at + from) n)
  | Put _ | Load _ | Store _ -> Error Errno.EINVAL

(* ---- a pipe and another file ----

   The file is used while the pipe's lock is held, so that nothing is taken that it does not
   take. *)

let from_pipe thread (source : File.t) target place ~at_once ~length =
  let attempt () =
    source.file.read ~at:0 (that_puts (into thread target place) ~length)
  in
  with_pipe thread (source, Readiness.readable) (target, Readiness.writable) ~at_once attempt

let to_pipe thread source place (target : File.t) ~at_once ~length =
  let attempt () =
    let at_end = ref false in
    let take transfer =
      let* n = out_of thread source place transfer in
      if n = 0 then at_end := true;
      Ok n
    in
    match target.file.write ~at:0 (that_takes take ~length) with
    | Error Errno.EFAULT when !at_end -> Ok 0
    | answer -> answer
  in
  with_pipe thread (target, Readiness.writable) (source, Readiness.readable) ~at_once attempt
  |> Sockets.told_of_pipe thread

(* ---- two pipes ---- *)

(* Held by whoever locks two pipes: all others lock one at a time. *)
let pairs = Sync.Lock.create ()

let pair thread read (source : File.t) (target : File.t) ~at_once ~length =
  let at_once = at_once || File.is_nonblocking source || File.is_nonblocking target in
  let attempt () =
    Sync.Lock.protect pairs (fun () -> read (that_puts (target.file.write ~at:0) ~length))
  in
  let watches = watches source Readiness.readable @ watches target Readiness.writable in
  retry thread ~at_once watches attempt |> Sockets.told_of_pipe thread

let between thread (source : File.t) = pair thread (source.file.read ~at:0) source

let copied thread (source : File.t) =
  let show transfer =
    match pipe_of source with Some pipe -> Pipe.show pipe transfer | None -> Error Errno.EINVAL
  in
  pair thread show source
