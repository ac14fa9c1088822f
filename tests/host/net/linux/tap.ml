open Net

type faults = { drop : float; duplicate : float; reorder : float }

type t = {
  fd : Unix.file_descr;
  random : Random.State.t;
  sending : Pool.t;
  receiving : Pool.t;
  frame : bytes;
  mutable faults : faults;
  mutable delayed : string list;  (** frames for Linux that others overtake *)
  mutable stack : Stack.t option;
}

external tap_open : string -> string -> int = "tap_open"
external now : unit -> int = "tap_now" [@@noalloc]

(* SAFETY: a descriptor is an int. *)
external descriptor : int -> Unix.file_descr = "%identity"

let stack t = Option.get t.stack
let set_faults t faults = t.faults <- faults
let chance t p = p > 0. && Random.State.float t.random 1. < p

let held t =
  Pool.count t.receiving - Pool.free t.receiving + Pool.count t.sending - Pool.free t.sending

(* ---- frames ---- *)

let write t frame =
  match Unix.write_substring t.fd frame 0 (String.length frame) with
  | _ -> ()
  | exception Unix.Unix_error ((EAGAIN | ENOBUFS | EIO), _, _) -> ()

let write_delayed t =
  let delayed = t.delayed in
  t.delayed <- [];
  List.iter (write t) delayed

let transmit t packet =
  let length = Packet.length packet in
  let frame = Octets.to_string (Packet.memory packet) ~at:(Packet.start packet) ~length in
  Packet.release packet;
  if chance t t.faults.reorder then t.delayed <- t.delayed @ [ frame ]
  else begin
    if not (chance t t.faults.drop) then write t frame;
    if chance t t.faults.duplicate then write t frame;
    if List.length t.delayed > 2 then write_delayed t
  end

let deliver t length =
  match Pool.take t.receiving ~headroom:0 with
  | None -> ()
  | Some packet ->
      Packet.resize packet length;
      Octets.blit_of_bytes t.frame 0 (Packet.memory packet) (Packet.start packet) length;
      Stack.receive (stack t) packet

let rec read_frames t left =
  if left > 0 then
    match Unix.read t.fd t.frame 0 (Bytes.length t.frame) with
    | length ->
        if not (chance t t.faults.drop) then deliver t length;
        read_frames t (left - 1)
    | exception Unix.Unix_error ((EAGAIN | EINTR), _, _) -> ()

(* ---- time ---- *)

let patience t =
  let wait = Stack.deadline (stack t) - now () in
  Float.max 0. (Float.min 0.05 (float_of_int wait /. 1e9))

(* When all fibers wait. *)
let rec drive t () =
  Picos.Fiber.sleep ~seconds:0.;
  (match Unix.select [ t.fd ] [] [] (patience t) with
  | [], _, _ -> write_delayed t
  | _ -> read_frames t 64
  | exception Unix.Unix_error (EINTR, _, _) -> ());
  if Stack.deadline (stack t) <= now () then Stack.expire (stack t);
  drive t ()

(* ---- all of it ---- *)

let link t =
  {
    Link.mac = "\x52\x54\x00\x99\x00\x02";
    mtu = 1500;
    headroom = 0;
    checksums = false;
    take = (fun ~headroom -> Pool.take t.sending ~headroom);
    take_large = None;
    transmit = transmit t;
    is_scarce = (fun () -> Pool.free t.receiving < Pool.count t.receiving / 2);
  }

let make fd =
  let pool () = Pool.create ~packets:1024 ~bytes:2048 in
  let random = Random.State.make [| World.seed () |] in
  let faults = { drop = 0.; duplicate = 0.; reorder = 0. } in
  let t =
    { fd; random; sending = pool (); receiving = pool (); frame = Bytes.create 2048; faults;
      delayed = []; stack = None }
  in
  let stack = Stack.create (link t) ~clock:now ~random:(fun () -> Random.State.bits random) in
  t.stack <- Some stack;
  Stack.add_address stack (Address.v4 10 99 0 2) ~bits:24;
  Stack.add_address stack (Option.get (Address.of_string "fd99::2")) ~bits:64;
  t

let create () =
  match tap_open "10.99.0.1" "fd99::1" with -1 -> None | fd -> Some (make (descriptor fd))

let fork = Structured.Flock.fork

let child linux =
  match Unix.fork () with
  | 0 -> (
      ignore (Unix.alarm 60 : int);
      match linux () with
      | () -> Unix._exit 0
      | exception exn ->
          Printf.printf "# Linux: %s\n%!" (Printexc.to_string exn);
          Unix._exit 1)
  | pid -> pid

let rec await_child pid =
  match Unix.waitpid [ WNOHANG ] pid with
  | 0, _ ->
      Picos.Fiber.sleep ~seconds:0.;
      await_child pid
  | _, WEXITED 0 -> ()
  | _ -> failwith "Linux's side failed"

let with_linux t linux ours =
  let pid = child linux in
  Fifo_scheduler.run (fun () ->
      Structured.Flock.join_after ~on_return:`Terminate (fun () ->
          fork (drive t);
          ours ();
          await_child pid))
