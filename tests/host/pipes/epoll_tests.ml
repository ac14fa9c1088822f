(* Sets of files: descriptors of pipes, event counters and sets, opened, duplicated, put into sets,
   made ready and closed at random, beside Linux's. *)
open Fs
open Beside

let that = Check.that

type descriptor = { fd : int; file : File.t }

let is_set d = match d.file.what with Epoll.Epoll _ -> true | _ -> false
let set_of d = match d.file.what with Epoll.Epoll set -> set | _ -> assert false
let in_ = 0x001
let edge = 1 lsl 31
let once = 1 lsl 30
let exclusive = 1 lsl 28

let interest events data =
  {
    Epoll.bits = Readiness.of_bits (events land 0xffff);
    edge = events land edge <> 0;
    once = events land once <> 0;
    exclusive = events land exclusive <> 0;
    data = Int64.of_int data;
  }

let unit_code result = code (Result.map (fun () -> 0) result)

let control what ~operation set d events data =
  let linux = Linux.epoll_ctl set.fd operation d.fd events data in
  let ours =
    match operation with
    | 1 -> Epoll.add (set_of set) d.file ~fd:d.fd (interest events data)
    | 2 -> Epoll.remove (set_of set) d.file ~fd:d.fd
    | _ -> Epoll.change (set_of set) d.file ~fd:d.fd (interest events data)
  in
  same what ~linux (unit_code ours)

let show events =
  String.concat " " (List.map (fun (data, bits) -> Printf.sprintf "%d:%x" data bits) events)

let wait set most =
  let linux = Result.get_ok (Linux.epoll_wait set.fd most) in
  let ours = done_ (Epoll.wait (set_of set) ~most Patience.none) in
  let pair (e : Epoll.event) = (Int64.to_int e.data, (e.ready :> int)) in
  let ours = List.map pair ours in
  if ours <> linux then that (Printf.sprintf "wait: %s, Linux %s" (show ours) (show linux)) false

(* ---- at random ---- *)

let new_files random =
  match Random.State.int random 4 with
  | 0 ->
      let fd = Linux.eventfd 0 Linux.nonblock in
      [ { fd; file = Eventfd.create ~initial:0 ~semaphore:false } ]
  | 1 ->
      let r, w = Linux.pipe Linux.nonblock and reader, writer = new_pipe () in
      [ { fd = r; file = reader }; { fd = w; file = writer } ]
  | _ -> [ { fd = Linux.epoll_create (); file = Epoll.create () } ]

let random_events random =
  let bits = pick random [| in_; 4; 5; 0x2001; 0x41; 0x145; 0; 0x10 |] in
  let flags = pick random [| 0; 0; 0; edge; edge; once; edge lor once; exclusive |] in
  bits lor flags

let fresh_counter = ref 0

let open_more random all =
  let fresh = new_files random in
  List.iter (fun d -> if not (is_set d) then nonblocking d.file) fresh;
  all := fresh @ !all

let step random all =
  let d = pick random (Array.of_list !all) in
  let sets = List.filter is_set !all in
  match Random.State.int random 20 with
  | 0 when List.length !all < 14 -> open_more random all
  | 1 when List.length !all < 14 ->
      File.hold d.file;
      all := { d with fd = Linux.dup d.fd } :: !all
  | 2 ->
      ignore (Linux.close d.fd);
      File.release d.file;
      all := List.filter (fun other -> other != d) !all
  | 3 | 4 | 5 | 6 | 7 | 8 when sets <> [] ->
      let operation = pick random [| 1; 1; 1; 2; 3; 3 |] in
      incr fresh_counter;
      let set = pick random (Array.of_list sets) in
      control "epoll_ctl" ~operation set d (random_events random) !fresh_counter
  | 9 | 10 | 11 when not (is_set d) ->
      let is_pipe = match d.file.what with Pipe.Pipe _ -> true | _ -> false in
      let length = if is_pipe then pick random [| 8; 8; 4096; 65536 |] else 8 in
      same_write "set" ~linux:d.fd d.file ("\001" ^ String.make (length - 1) '\000')
  | 12 | 13 | 14 when not (is_set d) ->
      same_read "set" ~linux:d.fd d.file (pick random [| 8; 100000 |])
  | 15 -> same_readiness "set" ~linux:d.fd d.file
  | _ when sets <> [] -> wait (pick random (Array.of_list sets)) (1 + Random.State.int random 6)
  | _ -> ()

let close_all all =
  let close d =
    ignore (Linux.close d.fd);
    File.release d.file
  in
  List.iter close all

let beside_linux random =
  let all = ref [ { fd = Linux.epoll_create (); file = Epoll.create () } ] in
  for _ = 1 to 200 do
    if !all = [] then open_more random all else step random all
  done;
  close_all !all;
  that "no frame is left" (Frames.in_use () = 0)

(* ---- in particular ---- *)

let new_set () = { fd = Linux.epoll_create (); file = Epoll.create () }

let circles () =
  let sets = Array.init 8 (fun _ -> new_set ()) in
  let add a b = control "nested" ~operation:1 sets.(a) sets.(b) in_ 0 in
  List.iter
    (fun (a, b) -> add a b)
    [ (0, 0); (0, 1); (1, 0); (1, 2); (2, 0); (2, 3); (3, 4); (4, 5); (5, 0); (6, 0); (5, 6) ];
  close_all (Array.to_list sets)

let regular_file () =
  let set = Epoll.create () in
  let node = Nameless.node Events in
  let file =
    File.make { read = true; write = true }
      { (Nameless.file node ~watch:(Watch.create ())) with watch = None }
  in
  let set' = match set.what with Epoll.Epoll set -> set | _ -> assert false in
  fails "nothing to wait for" EPERM (Epoll.add set' file ~fd:1 (interest in_ 1));
  fails "no room" EINVAL (Epoll.wait set' ~most:0 Patience.none);
  fails "cannot be read" EINVAL (File.read set Patience.none (Transfer.of_string "x"));
  List.iter File.release [ set; file ]

let waits () =
  let outer = new_set () and inner = new_set () and reader, writer = new_pipe () in
  let add set file = done_ (Epoll.add (set_of set) file ~fd:0 (interest in_ 7)) in
  add inner reader;
  add outer inner.file;
  let waiting = spawn (fun () -> Epoll.wait (set_of outer) ~most:5 Patience.forever) in
  Picos.Fiber.yield ();
  that "it waits" (Picos.Computation.is_running waiting);
  ignore (write writer "x");
  that "through two sets" (List.length (done_ (Picos.Computation.await waiting)) = 1);
  ignore (read reader 10);
  let nothing = Epoll.wait (set_of outer) ~most:5 (Patience.within ~seconds:2.) in
  that "nothing in time" (nothing = Ok []);
  List.iter File.release [ reader; writer ];
  that "gone" (Epoll.remove (set_of inner) reader ~fd:0 = Error ENOENT);
  close_all [ outer; inner ]

let () =
  Linux.ignore_sigpipe ();
  random "sets of files beside Linux's" 1500 beside_linux;
  alone "no circles, and not too deep" circles;
  alone "what sets refuse" regular_file;
  alone "waiting at a set in a set" waits;
  Check.finish ()
