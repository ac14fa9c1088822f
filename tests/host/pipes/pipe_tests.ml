(* Pipes and named pipes: the same done to ours and to Linux's; and what waits. *)
open Fs
open Beside

let that = Check.that

(* ---- beside Linux ---- *)

let sizes = [| 0; 1; 2; 100; 1000; 4000; 4095; 4096; 4097; 5000; 8192; 10000; 65535; 65536; 70000 |]

let size random =
  if Random.State.bool random then pick random sizes else Random.State.int random 9000

let capacities = [| 0; 1; 4096; 4097; 16384; 65536; 100_000; 1048576; 1048577; -1 |]

type side = { file : File.t; linux : int; mutable open_ : bool }

let pipe_of side = match side.file.what with Pipe.Pipe pipe -> pipe | _ -> assert false

(* Whether who runs the tests may have larger pipes than others. *)
let privileged =
  let r, w = Linux.pipe 0 in
  let may = Linux.fcntl r Linux.set_pipe_size (1 lsl 21) > 0 in
  List.iter (fun fd -> ignore (Linux.close fd)) [ r; w ];
  may

let resize side bytes =
  same "F_SETPIPE_SZ"
    ~linux:(Linux.fcntl side.linux Linux.set_pipe_size bytes)
    (code (Pipe.set_capacity (pipe_of side) ~privileged bytes))

let same_length side =
  let answer = Bytes.make 4 '.' in
  let status = side.file.file.control Linux.bytes_ready (Transfer.of_bytes answer 0 4) in
  same "FIONREAD" ~linux:(Linux.ioctl_int side.linux Linux.bytes_ready)
    (if code status = 0 then Int32.to_int (Bytes.get_int32_le answer 0) else code status)

let close side =
  if side.open_ then begin
    side.open_ <- false;
    same "close" ~linux:(Linux.close side.linux) 0;
    File.release side.file
  end

let step random reader writer =
  match Random.State.int random 24 with
  | n when n < 11 && writer.open_ ->
      same_write "pipe" ~linux:writer.linux writer.file (text random (size random))
  | n when n < 21 && reader.open_ -> same_read "pipe" ~linux:reader.linux reader.file (size random)
  | 21 when writer.open_ -> resize writer (pick random capacities)
  | 22 when Random.State.int random 30 = 0 ->
      close (if Random.State.bool random then reader else writer)
  | _ -> ()

let compare_all sides =
  let compare side =
    if side.open_ then begin
      same_readiness "pipe" ~linux:side.linux side.file;
      same_length side
    end
  in
  List.iter compare sides

let beside_linux random =
  let r, w = Linux.pipe Linux.nonblock and reader, writer = new_pipe () in
  let reader = { file = reader; linux = r; open_ = true } in
  let writer = { file = writer; linux = w; open_ = true } in
  List.iter (fun side -> nonblocking side.file) [ reader; writer ];
  for _ = 1 to 120 do
    step random reader writer;
    compare_all [ reader; writer ]
  done;
  close reader;
  close writer;
  that "no frame is left" (Frames.in_use () = 0)

let wrong_side () =
  let reader, writer = new_pipe () in
  fails "read" EBADF (File.read writer Patience.none (Transfer.of_string "x"));
  fails "write" EBADF (File.write reader Patience.none (Transfer.of_string "x"));
  fails "pread" ESPIPE (File.read_at reader Patience.none ~at:0 (Transfer.of_string "x"));
  fails "pread" EINVAL (File.read_at reader Patience.none ~at:(-1) (Transfer.of_string "x"));
  fails "seek" ESPIPE (File.seek reader Set 0);
  fails "too large" EPERM
    (match reader.what with
    | Pipe.Pipe pipe -> Pipe.set_capacity pipe ~privileged:false (1 lsl 21)
    | _ -> assert false);
  List.iter File.release [ reader; writer ]

let smaller () =
  let ends (reader, writer) = [ reader; writer ] in
  let pipe_of (file : File.t) = match file.what with Pipe.Pipe pipe -> pipe | _ -> assert false in
  let all = List.init 1024 (fun _ -> new_pipe ()) in
  let reader, writer = new_pipe () in
  same "small" ~linux:8192 (Pipe.capacity (pipe_of reader));
  fails "no larger" EPERM (Pipe.set_capacity (pipe_of reader) ~privileged:false 16384);
  List.iter File.release (List.concat_map ends all);
  let again, _ = new_pipe () in
  same "as ever" ~linux:65536 (Pipe.capacity (pipe_of again));
  Frames.with_at_most 0 (fun () ->
      let kept = List.init 256 (fun _ -> Pages.take ()) in
      same "no memory" ~linux:(-12) (write writer "x");
      List.iter (Result.iter Pages.give_back) kept);
  List.iter File.release [ reader; writer; again ]

(* ---- waiting ---- *)

let rec read_all file got =
  match read file 1000 with
  | 0, _ -> String.concat "" (List.rev got)
  | _, some -> read_all file (some :: got)

let all_of_it random =
  let reader, writer = new_pipe () and data = text random 300_000 in
  let got = spawn (fun () -> read_all reader []) in
  that "all is written" (write writer data = String.length data);
  File.release writer;
  that "and read" (Picos.Computation.await got = data);
  File.release reader

(* Writers at once: what each writes in one go comes in one piece. *)
let not_mixed random =
  let reader, writer = new_pipe () in
  let size = 1 + Random.State.int random 4096 in
  let write_some letter () =
    for _ = 1 to 30 do
      that "in one go" (write writer (String.make size letter) = size)
    done
  in
  let writers = List.map (fun letter -> spawn (write_some letter)) [ 'a'; 'b'; 'c' ] in
  let got = spawn (fun () -> read_all reader []) in
  List.iter Picos.Computation.await writers;
  File.release writer;
  let got = Picos.Computation.await got in
  that "all" (String.length got = 90 * size);
  for n = 0 to 89 do
    let piece = String.sub got (n * size) size in
    that "not mixed" (piece = String.make size piece.[0])
  done;
  File.release reader

let interrupted how () =
  let reader, writer = new_pipe () in
  let signals = Watch.create () and pending = ref false in
  let killed () = false in
  let patience =
    how Patience.(interrupted_by signals ~pending:(fun () -> !pending) ~killed forever)
  in
  let into () = Transfer.of_bytes (Bytes.create 10) 0 10 in
  let waiting = spawn (fun () -> File.read reader patience (into ())) in
  Picos.Fiber.yield ();
  pending := true;
  Watch.ring signals Readiness.none;
  Watch.ring signals Readiness.always;
  fails "interrupted" EINTR (Picos.Computation.await waiting);
  ignore (write writer "x");
  that "what need not wait is not" (File.read reader patience (into ()) = Ok 1);
  fails "time is up" EAGAIN (File.read reader (Patience.within ~seconds:0.5) (into ()));
  let large = Transfer.of_string (String.make 100_000 'x') in
  that "what was written counts" (File.write writer patience large = Ok 65536);
  List.iter File.release [ reader; writer ]

(* Longer than any scheduler counts. *)
let very_long () =
  let reader, writer = new_pipe () in
  let patience = Patience.within ~seconds:1e15 in
  let into = Transfer.of_bytes (Bytes.create 1) 0 1 in
  let reading = spawn (fun () -> File.read reader patience into) in
  Picos.Fiber.yield ();
  ignore (write writer "x");
  that "read" (Picos.Computation.await reading = Ok 1);
  List.iter File.release [ reader; writer ]

let canceled () =
  let reader, writer = new_pipe () in
  let reading = spawn (fun () -> read reader 10) in
  Picos.Fiber.yield ();
  Picos.Computation.cancel reading Exit (Printexc.get_callstack 0);
  Picos.Fiber.yield ();
  that "nobody waits" (Watch.is_empty (Option.get reader.file.watch));
  List.iter File.release [ reader; writer ]

let woken_by_the_end () =
  let reader, writer = new_pipe () in
  let reading = spawn (fun () -> read reader 10) in
  Picos.Fiber.yield ();
  File.release writer;
  that "the end" (Picos.Computation.await reading = (0, ""));
  File.release reader;
  let reader, writer = new_pipe () in
  ignore (write writer (String.make 65536 'x'));
  let writing = spawn (fun () -> write writer "y") in
  Picos.Fiber.yield ();
  File.release reader;
  that "EPIPE" (Picos.Computation.await writing = -32);
  File.release writer

(* ---- names ---- *)

let reading = { Node.read = true; write = false }
let writing = { Node.read = false; write = true }
let both = { Node.read = true; write = true }
let waiting = { File.append = false; nonblocking = false }
let at_once = { File.append = false; nonblocking = true }

let meet () =
  let node = Nameless.node Pipes in
  let reader = spawn (fun () -> done_ (Fifo.open_ node reading waiting Patience.forever)) in
  Picos.Fiber.yield ();
  that "it waits" (Picos.Computation.is_running reader);
  let writer = done_ (Fifo.open_ node writing waiting Patience.forever) in
  let reader = Picos.Computation.await reader in
  that "one pipe" (write writer "hello" = 5 && read reader 10 = (5, "hello"));
  List.iter File.release [ reader; writer ];
  fails "no reader" ENXIO (Fifo.open_ node writing at_once Patience.forever);
  fails "interrupted" EAGAIN (Fifo.open_ node reading waiting (Patience.within ~seconds:1.));
  let alone = done_ (Fifo.open_ node both waiting Patience.forever) in
  that "a pipe to itself" (write alone "x" = 1 && read alone 10 = (1, "x"));
  File.release alone;
  that "no frame is left" (Frames.in_use () = 0)

let path = Filename.temp_file "fifo" ""

(* Opened and closed at random, without waiting. *)
let named_beside_linux random =
  let node = Nameless.node Pipes and users = ref [] in
  let come () =
    let flags, number = pick random [| (reading, 0); (writing, 1); (both, 2) |] in
    let linux = Linux.open_ path (number lor Linux.nonblock) in
    match Fifo.open_ node flags at_once Patience.forever with
    | Ok file ->
        that "opened by Linux too" (linux >= 0);
        users := { file; linux; open_ = true } :: !users
    | Error _ as error -> same "open" ~linux (code error)
  in
  let use () =
    let side = pick random (Array.of_list !users) in
    let random_size = Random.State.int random 3000 in
    match Random.State.int random 5 with
    | 0 | 1 when side.file.access.write ->
        same_write "fifo" ~linux:side.linux side.file (text random random_size)
    | 2 | 3 when side.file.access.read -> same_read "fifo" ~linux:side.linux side.file random_size
    | 4 ->
        close side;
        users := List.filter (fun other -> other != side) !users
    | _ -> ()
  in
  for _ = 1 to 80 do
    if !users = [] || Random.State.int random 6 = 0 then come () else use ();
    compare_all !users
  done;
  List.iter close !users;
  that "no frame is left" (Frames.in_use () = 0)

let () =
  Linux.ignore_sigpipe ();
  random "pipes beside Linux's" 150 beside_linux;
  alone "what pipes refuse" wrong_side;
  alone "too many pipes are small" smaller;
  random "all that is written is read" 5 all_of_it;
  random "writers at once are not mixed" 10 not_mixed;
  alone "waiting is interrupted, and ends in time" (interrupted Fun.id);
  alone "the same by a patience that is kept" (interrupted Patience.keep);
  alone "waiting very long" very_long;
  alone "a canceled reader leaves nothing behind" canceled;
  alone "who waits learns that the other side has gone" woken_by_the_end;
  alone "named pipes wait for the other side" meet;
  Sys.remove path;
  ignore (Linux.mkfifo path);
  random "named pipes beside Linux's" 150 named_beside_linux;
  Sys.remove path;
  Check.finish ()
