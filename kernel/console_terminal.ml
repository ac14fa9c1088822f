open Picos
open Fs

let terminal = Processes.Terminals.console
let piece = 4096

(* ---- what is shown ---- *)

let turn = Sync.Lock.create ()

let rec show buffer =
  match Terminal.shown terminal (Transfer.of_bytes buffer 0 piece) with
  | Ok n when n > 0 ->
      output stdout buffer 0 n;
      flush stdout;
      show buffer
  | Ok _ | Error _ -> ()

let drain () = Sync.Lock.protect turn (fun () -> show (Bytes.create piece))

let has_output () =
  if Readiness.(is_empty (inter (Terminal.device_readiness terminal) readable)) then None
  else Some ()

let rec shows () =
  Watch.wait [ (Terminal.for_device terminal, Readiness.readable) ] ~until:has_output;
  drain ();
  shows ()

(* ---- what is typed ---- *)

(* What has no room waits until somebody reads. *)
let rec types bytes ~pos ~len =
  if len > 0 then
    let transfer = Transfer.of_bytes bytes pos len in
    let typed () =
      match Terminal.typed terminal transfer with
      | Error EAGAIN -> None
      | answer -> Some (Result.value answer ~default:len)
    in
    let n = Watch.wait [ (Terminal.for_device terminal, Readiness.writable) ] ~until:typed in
    types bytes ~pos:(pos + n) ~len:(len - n)

let rec reads buffer =
  let n = Console.read buffer ~pos:0 ~len:piece in
  types buffer ~pos:0 ~len:n;
  reads buffer

exception Over

(* The fiber has ended when this returns. *)
let with_fiber name work f =
  let ended = Sync.Ivar.create () in
  let work () =
    try work () with
    | Over -> Sync.Ivar.fill ended ()
    | e -> Sync.Ivar.fill ended (); raise e
  in
  let fiber = Sched.spawn ~kind:Drivers ~name work in
  let stop () =
    Computation.cancel fiber Over (Printexc.get_callstack 0);
    Sync.Ivar.read ended
  in
  Fun.protect ~finally:stop f

let with_input f =
  with_fiber "console output" shows @@ fun () ->
  let answer = with_fiber "console input" (fun () -> reads (Bytes.create piece)) f in
  drain ();
  answer
