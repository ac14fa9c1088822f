open Picos

type result = { name : string; per_operation : float; operations : int }

let to_json r =
  Printf.sprintf {|{"name":%S,"architecture":%S,"nanoseconds":%.1f,"operations":%d}|} r.name
    (Hal.Machine.facts ()).architecture r.per_operation r.operations

(* The second of two runs. *)
let measure ?(operations = 2000) name run =
  run operations;
  Gc.minor ();
  let start = Sched.Time.now_ns () in
  run operations;
  let taken = Sched.Time.now_ns () - start in
  { name; per_operation = float taken /. float operations; operations }

let[@inline] times n f =
  for _ = 1 to n do
    f ()
  done

(* ---- effects alone, to compare with ---- *)

type _ Effect.t += Nothing : unit Effect.t

let perform_continue () =
  let handler =
    {
      Effect.Deep.retc = Fun.id;
      exnc = raise;
      effc =
        (fun (type a) (e : a Effect.t) ->
          match e with
          | Nothing -> Some (fun (k : (a, _) Effect.Deep.continuation) -> Effect.Deep.continue k ())
          | _ -> None);
    }
  in
  measure "perform and continue" (fun n ->
      Effect.Deep.match_with (fun () -> times n (fun () -> Effect.perform Nothing)) () handler)

(* ---- the scheduler ---- *)

let yield_for n =
  for _ = 1 to n do
    Fiber.yield ()
  done

let yield () = measure "yield" yield_for

let yield_among fibers () =
  measure (Printf.sprintf "yield among %d" fibers) ~operations:(1000 * fibers) (fun n ->
      let each = n / fibers in
      let spin _ = Sched.spawn ~name:"yielder" (fun () -> yield_for each) in
      List.iter Computation.await (List.init fibers spin))

(* From its making to its end; ten at a time. *)
let spawn () =
  let computation = Computation.returned () in
  let one () = Fiber.spawn (Fiber.create ~forbid:false computation) ignore in
  measure "spawn" (fun n ->
      times (n / 10) (fun () ->
          times 10 one;
          Fiber.yield ()))

(* One way: half of a round trip. *)
let wake () =
  measure "await and signal, one way" (fun n ->
      let slot = ref (Trigger.create ()) and answer = ref (Trigger.create ()) in
      let wait cell =
        ignore (Trigger.await !cell : _ option);
        cell := Trigger.create ()
      in
      let pong () =
        times (n / 2) (fun () ->
            wait slot;
            Trigger.signal !answer)
      in
      let other = Sched.spawn ~name:"pong" pong in
      Fiber.yield ();
      times (n / 2) (fun () ->
          Trigger.signal !slot;
          wait answer);
      Computation.await other)

let cancel () =
  measure "cancel a waiting fiber" ~operations:500 (fun n ->
      let wait () = ignore (Trigger.await (Trigger.create ()) : _ option) in
      let waiting = List.init n (fun _ -> Sched.spawn ~name:"canceled" wait) in
      Fiber.yield ();
      let backtrace = Printexc.get_callstack 0 in
      List.iter (fun c -> Computation.cancel c Exit backtrace) waiting;
      Fiber.yield ())

(* ---- interrupts ---- *)

(* From the timer interrupt of an idle core to the fiber that waits for the event. *)
let interrupt_to_fiber () =
  let event = Sched.Interrupt.of_event ~name:"bench" (Hal.Probe.event ()) in
  let total = ref 0 in
  let once () =
    let at = Sched.Time.now_ns () + 50_000 in
    Hal.Probe.event_at ~ns:at;
    Sched.Interrupt.wait event;
    total := !total + Sched.Time.now_ns () - at
  in
  let operations = 200 in
  times operations once;
  total := 0;
  times operations once;
  { name = "interrupt to fiber"; per_operation = float !total /. float operations; operations }

(* What another core does to wake a fiber of this one: the push and the interrupt, sent to
   itself. *)
let remote_wake_send () =
  measure "wake on another core: sender" (fun n -> times n (fun () -> Hal.Probe.wake_self ()))

(* ---- the kernel data queues: an item pushed and popped, in batches ---- *)

let batch = 16

let ring words () =
  let producer, consumer = Hal.Ring.single ~capacity:64 () in
  let items = Array.make (words * batch) 0 in
  measure (Printf.sprintf "ring, an item of %d words" words) ~operations:(200 * batch) (fun n ->
      for _ = 1 to n / batch do
        ignore (Hal.Ring.push producer items ~pos:0 ~words ~items:batch : Hal.Ring.outcome);
        ignore (Hal.Ring.pop consumer items ~pos:0 ~words ~items:batch : Hal.Ring.outcome)
      done)

(* ---- collections ---- *)

let minor_collection () = measure "minor collection" ~operations:200 (fun n -> times n Gc.minor)

(* ---- files in memory ---- *)

let view () =
  let now () : Fs.Node.stamp =
    let ns = Hal.Machine.wall_ns () in
    { seconds = ns / 1_000_000_000; nanoseconds = ns mod 1_000_000_000 }
  in
  Fs.(Walk.create (Mounts.create (Tmp.root (Tmp.create ~now ()))))

let done_ result = ignore (Result.get_ok result)

(* Beside a hundred others, two directories down. *)
let file_view () =
  let view = view () in
  List.iter (fun path -> done_ (Fs.Naming.mkdir view path ~mode:0o755)) [ "/usr"; "/usr/bin" ];
  for n = 1 to 100 do
    let flags = { Fs.Opening.flags with write = true; create = true } in
    let path = Printf.sprintf "/usr/bin/file-%d" n in
    let _, file = Result.get_ok (Fs.Opening.open_ view path flags ~mode:0o755) in
    done_ (file.write ~at:0 (Fs.Transfer.of_string (String.make 8192 'x')));
    file.close ()
  done;
  view

let path = "/usr/bin/file-50"

let resolve () =
  let view = file_view () in
  measure "resolve a path of three names" (fun n ->
      times n (fun () -> done_ (Fs.Walk.resolve view path)))

let open_close () =
  let view = file_view () in
  measure "open and close" (fun n ->
      times n (fun () ->
          let _, file = Result.get_ok (Fs.Opening.open_ view path Fs.Opening.flags ~mode:0) in
          file.close ()))

let create_unlink () =
  let view = file_view () in
  let flags = { Fs.Opening.flags with create = true } in
  measure "create and unlink" (fun n ->
      times n (fun () ->
          let _, file = Result.get_ok (Fs.Opening.open_ view "/usr/bin/new" flags ~mode:0o644) in
          file.close ();
          done_ (Fs.Naming.unlink view "/usr/bin/new")))

let file_bytes name ~length move () =
  let view = file_view () in
  let flags = { Fs.Opening.flags with write = true } in
  let _, file = Result.get_ok (Fs.Opening.open_ view path flags ~mode:0) in
  let bytes = Bytes.make length 'x' in
  measure name (fun n ->
      times n (fun () -> done_ (move file (Fs.Transfer.of_bytes bytes 0 length))))

let read (file : Fs.Node.file) transfer = file.read ~at:100 transfer
let write (file : Fs.Node.file) transfer = file.write ~at:100 transfer

(* ---- pipes, sets, sockets: without the system calls ---- *)

let forever = Fs.Patience.forever
let of_bytes bytes = Fs.Transfer.of_bytes bytes 0 (Bytes.length bytes)
let put file bytes = done_ (Fs.File.write file forever (of_bytes bytes))
let get file bytes = done_ (Fs.File.read file forever (of_bytes bytes))

let there_and_back name ends ~length () =
  let from, into = ends () in
  let bytes = Bytes.make length 'x' in
  measure name (fun n ->
      times n (fun () ->
          put into bytes;
          get from bytes))

let pipe () = Fs.Pipe.ends ()
let nobody = { Fs.Unix_socket.pid = 0; uid = 0; gid = 0 }
let sockets () = Fs.Unix_socket.pair Stream nobody

(* Another fiber answers each byte. *)
let round_trip () =
  let here, to_there = pipe () and there, to_here = pipe () in
  let answer () =
    let byte = Bytes.make 1 'x' in
    while Fs.File.read here forever (of_bytes byte) = Ok 1 do
      put to_here byte
    done
  in
  let other = Sched.spawn ~name:"answers" answer in
  let byte = Bytes.make 1 'x' in
  let result =
    measure "a byte to another fiber through a pipe, and back" (fun n ->
        times n (fun () ->
            put to_there byte;
            get there byte))
  in
  Fs.File.release to_there;
  Computation.await other;
  result

let set_wait () =
  let file = Fs.Epoll.create () and counter = Fs.Eventfd.create ~initial:0 ~semaphore:false in
  let set = match file.what with Fs.Epoll.Epoll set -> set | _ -> assert false in
  let bits = Fs.Readiness.readable in
  let interest = { Fs.Epoll.bits; edge = false; once = false; exclusive = false; data = 1L } in
  done_ (Fs.Epoll.add set counter ~fd:0 interest);
  let one = Bytes.of_string "\001\000\000\000\000\000\000\000" in
  measure "an event counter, a set that tells of it" (fun n ->
      times n (fun () ->
          put counter one;
          done_ (Fs.Epoll.wait set ~most:8 forever);
          get counter one))

let all =
  [
    ("perform", perform_continue);
    ("yield", yield);
    ("yield-100", yield_among 100);
    ("spawn", spawn);
    ("wake", wake);
    ("cancel", cancel);
    ("ring-1", ring 1);
    ("ring-3", ring 3);
    ("interrupt", interrupt_to_fiber);
    ("remote-wake", remote_wake_send);
    ("minor", minor_collection);
    ("resolve", resolve);
    ("open-close", open_close);
    ("create-unlink", create_unlink);
    ("read-1", file_bytes "read a byte" ~length:1 read);
    ("read-4096", file_bytes "read 4096 bytes" ~length:4096 read);
    ("write-1", file_bytes "write a byte" ~length:1 write);
    ("write-4096", file_bytes "write 4096 bytes" ~length:4096 write);
    ("pipe-1", there_and_back "a byte through a pipe" pipe ~length:1);
    ("pipe-4096", there_and_back "4096 bytes through a pipe" pipe ~length:4096);
    ("socket-1", there_and_back "a byte through a local stream" sockets ~length:1);
    ("socket-4096", there_and_back "4096 bytes through a local stream" sockets ~length:4096);
    ("pipe-round-trip", round_trip);
    ("set-wait", set_wait);
  ]
