(* Every order of the atomic operations of fibers that ring and watch, and that read and write a
   pipe. Where threads wait, a lost wake-up is a deadlock, which fails the test. *)
open Explored
open Explored_files

let that = Check.that
let new_pipe () = Pipe.ends ()

exception Stop

let computation () : unit Computation.t = Computation.create ()
let fiber main () = Fibers.fiber (computation ()) main ()
let bits = Readiness.readable

(* Waits until the flag is set, by a watch that is rung behind it. *)
let await watch flag =
  Watch.wait [ (watch, bits) ] ~until:(fun () -> if Atomic.get flag then Some () else None)

let announce watch flag () =
  Atomic.set flag true;
  Watch.ring watch bits

let watches =
  [
    ( "watch: a ring is not missed",
      fun () ->
        let watch = Watch.create () and flag = Atomic.make false in
        ( [ fiber (fun () -> await watch flag); announce watch flag ],
          fun () -> that "nobody is left" (Watch.is_empty watch) ) );
    ( "watch: two wait",
      fun () ->
        let watch = Watch.create () and flag = Atomic.make false in
        let wait = fiber (fun () -> await watch flag) in
        ([ wait; wait; announce watch flag ], fun () -> that "nobody" (Watch.is_empty watch)) );
    ( "watch: one of two watches is enough",
      fun () ->
        let a = Watch.create () and b = Watch.create () and flag = Atomic.make false in
        let until () = if Atomic.get flag then Some () else None in
        let wait = fiber (fun () -> Watch.wait [ (a, bits); (b, bits) ] ~until) in
        ( [ wait; announce b flag ],
          fun () -> that "nobody" (Watch.is_empty a && Watch.is_empty b) ) );
    ( "watch: a canceled fiber leaves nothing",
      fun () ->
        let watch = Watch.create () and flag = Atomic.make false and c = computation () in
        let wait = Fibers.fiber c (fun () -> try await watch flag with Stop -> ()) in
        let cancel () = Computation.cancel c Stop (Printexc.get_callstack 0) in
        ( [ wait; cancel; announce watch flag ],
          fun () -> that "nobody is left" (Watch.is_empty watch) ) );
    ( "watch: who was removed is not called",
      fun () ->
        let watch = Watch.create () and removed = Atomic.make false in
        let late = ref false in
        let watcher = Watch.add watch ignore in
        let second = Watch.add watch (fun _ -> if Atomic.get removed then late := true) in
        let go () =
          Watch.remove watch second;
          Atomic.set removed true;
          Watch.ring watch bits;
          that "not called" (not !late)
        in
        ( [ go; (fun () -> Watch.remove watch watcher) ],
          fun () -> that "nobody" (Watch.is_empty watch) ) );
  ]

let write file text () =
  that "all is written"
    (File.write file Patience.forever (Transfer.of_string text) = Ok (String.length text))

let read_into got file length =
  let bytes = Bytes.create length in
  match File.read file Patience.forever (Transfer.of_bytes bytes 0 length) with
  | Ok count ->
      got := !got ^ Bytes.sub_string bytes 0 count;
      count
  | Error errno -> raise (Failure (Errno.name errno))

let read_all got file () =
  while read_into got file 4096 > 0 do
    ()
  done

(* Pipes of one page, full before it begins. *)
let full () =
  let reader, writer = new_pipe () in
  let pipe = match writer.what with Pipe.Pipe pipe -> pipe | _ -> assert false in
  that "small" (Pipe.set_capacity pipe ~privileged:false 4096 = Ok 4096);
  write writer (String.make 4096 'x') ();
  (reader, writer)

let pipes =
  [
    ( "pipe: a reader waits for a writer",
      fun () ->
        let reader, writer = new_pipe () and got = ref "" in
        let read = fiber (fun () -> ignore (read_into got reader 10)) in
        ([ read; fiber (write writer "hello") ], fun () -> that "hello" (!got = "hello")) );
    ( "pipe: a reader waits for the end",
      fun () ->
        let reader, writer = new_pipe () and got = ref "" in
        let go () =
          write writer "hi" ();
          File.release writer
        in
        ([ fiber (read_all got reader); fiber go ], fun () -> that "hi" (!got = "hi")) );
    ( "pipe: a writer waits for room",
      fun () ->
        let reader, writer = full () and got = ref "" in
        let read = fiber (fun () -> ignore (read_into got reader 4096)) in
        ( [ fiber (write writer "y"); read ],
          fun () ->
            ignore (read_into got reader 10);
            that "in order" (!got = String.make 4096 'x' ^ "y") ) );
    ( "pipe: a writer learns that nobody reads",
      fun () ->
        let reader, writer = full () in
        let go () =
          that "EPIPE"
            (File.write writer Patience.forever (Transfer.of_string "y") = Error Errno.EPIPE)
        in
        ([ fiber go; (fun () -> File.release reader) ], ignore) );
  ]

(* ---- signals, by a patience that is kept ---- *)

let signals () =
  let watch = Watch.create () and pending = Atomic.make false in
  let pending_ () = Atomic.get pending and killed () = false in
  let patience = Patience.(keep (interrupted_by watch ~pending:pending_ ~killed forever)) in
  (patience, announce watch pending)

let read_one file patience = File.read file patience (Transfer.of_bytes (Bytes.create 1) 0 1)
let nobody_waits (file : File.t) () = that "nobody waits" (Watch.is_empty (Option.get file.file.watch))
let is_read_or_interrupted answer = answer = Ok 1 || answer = Error Errno.EINTR

let kept =
  [
    ( "patience: a signal is not missed",
      fun () ->
        let reader, _writer = new_pipe () and patience, signal = signals () in
        let read () = that "EINTR" (read_one reader patience = Error Errno.EINTR) in
        ([ fiber read; signal ], nobody_waits reader) );
    ( "patience: a byte and a signal",
      fun () ->
        let reader, writer = new_pipe () and patience, signal = signals () in
        let read () = that "one of them" (is_read_or_interrupted (read_one reader patience)) in
        ([ fiber read; fiber (write writer "x"); signal ], nobody_waits reader) );
    ( "patience: a byte, and a signal for who waits again",
      fun () ->
        let reader, writer = new_pipe () and patience, signal = signals () in
        let read () =
          match read_one reader patience with
          | Ok _ -> that "EINTR" (read_one reader patience = Error Errno.EINTR)
          | Error errno -> that "EINTR" (errno = EINTR)
        in
        ([ fiber read; fiber (write writer "x"); signal ], nobody_waits reader) );
    ( "patience: a canceled fiber leaves nothing",
      fun () ->
        let reader, writer = new_pipe () and patience, _signal = signals () in
        let c = computation () in
        let read = Fibers.fiber c (fun () -> try ignore (read_one reader patience) with Stop -> ()) in
        let cancel () = Computation.cancel c Stop (Printexc.get_callstack 0) in
        ([ read; cancel; fiber (write writer "x") ], nobody_waits reader) );
  ]

let one = "\001\000\000\000\000\000\000\000"
let counter () = Eventfd.create ~initial:0 ~semaphore:false

let set () =
  let file = Epoll.create () in
  match file.what with Epoll.Epoll set -> (file, set) | _ -> assert false

let put ?(edge = false) set file =
  let interest =
    { Epoll.bits = Readiness.readable; edge; once = false; exclusive = false; data = 0L }
  in
  that "added" (Epoll.add set file ~fd:0 interest = Ok ())

let await_one set () =
  match Epoll.wait set ~most:1 Patience.forever with
  | Ok [ _ ] -> ()
  | _ -> raise (Failure "not one event")

let sets =
  [
    ( "set: an edge is not missed",
      fun () ->
        let _, set = set () and counter = counter () in
        put ~edge:true set counter;
        ([ fiber (await_one set); fiber (write counter one) ], ignore) );
    ( "set: each write is an edge",
      fun () ->
        let _, set = set () and counter = counter () in
        put ~edge:true set counter;
        let go () =
          await_one set ();
          ignore (read_into (ref "") counter 8);
          write counter one ();
          await_one set ()
        in
        ([ fiber go; fiber (write counter one) ], ignore) );
    ( "set: what becomes ready while it is added",
      fun () ->
        let _, set = set () and counter = counter () in
        let go () =
          put ~edge:true set counter;
          await_one set ()
        in
        ([ fiber go; fiber (write counter one) ], ignore) );
    ( "set: two who wait at a level both come back",
      fun () ->
        let _, set = set () and counter = counter () in
        put set counter;
        ([ fiber (await_one set); fiber (await_one set); fiber (write counter one) ], ignore) );
    ( "set: through another set, looked at meanwhile",
      fun () ->
        let outer_file, outer = set () in
        let inner_file, inner = set () and counter = counter () in
        put ~edge:true inner counter;
        put ~edge:true outer inner_file;
        let look () = ignore (File.readiness outer_file) in
        ([ fiber (await_one outer); fiber (write counter one); look ], ignore) );
    ( "set: a file that is closed leaves it",
      fun () ->
        let _, set = set () and counter = counter () in
        put set counter;
        let check () =
          that "gone" (Epoll.remove set counter ~fd:0 = Error Errno.ENOENT);
          that "nothing" (Epoll.wait set ~most:1 Patience.none = Ok [])
        in
        ([ (fun () -> File.release counter); fiber (write counter one) ], check) );
  ]

let () =
  List.iter (fun (name, scenario) -> Explore.test ~preemptions:2 name scenario) sets;
  List.iter (fun (name, scenario) -> Explore.test ~preemptions:3 name scenario) watches;
  List.iter (fun (name, scenario) -> Explore.test ~preemptions:2 name scenario) pipes;
  List.iter (fun (name, scenario) -> Explore.test ~preemptions:2 name scenario) kept;
  Explore.finish ()
