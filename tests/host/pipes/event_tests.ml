(* Event counters, poll and select. *)
open Fs
open Beside

let that = Check.that

let number random =
  let any = Random.State.bits64 random in
  pick random [| 0L; 1L; 2L; 5L; -1L; -2L; -3L; Int64.min_int; Int64.max_int; any |]

let of_number number =
  let bytes = Bytes.create 8 in
  Bytes.set_int64_le bytes 0 number;
  Bytes.to_string bytes

let beside_linux random =
  let initial = Random.State.int random 3 and semaphore = Random.State.bool random in
  let linux = Linux.eventfd initial (Linux.nonblock lor Bool.to_int semaphore) in
  let file = Eventfd.create ~initial ~semaphore in
  nonblocking file;
  for _ = 1 to 50 do
    (match Random.State.int random 10 with
    | 0 -> same_write "eventfd" ~linux file (text random (Random.State.int random 8))
    | 1 -> same_read "eventfd" ~linux file (Random.State.int random 20)
    | 2 -> same_write "eventfd" ~linux file (of_number (number random))
    | 3 | 4 | 5 -> same_write "eventfd" ~linux file (of_number (number random))
    | _ -> same_read "eventfd" ~linux file 8);
    same_readiness "eventfd" ~linux file
  done;
  ignore (Linux.close linux);
  File.release file

let waits () =
  let file = Eventfd.create ~initial:0 ~semaphore:false in
  let reading = spawn (fun () -> read file 8) in
  Picos.Fiber.yield ();
  ignore (write file (of_number (-2L)));
  that "what was written" (Picos.Computation.await reading = (8, of_number (-2L)));
  ignore (write file (of_number (-2L)));
  let writing = spawn (fun () -> write file (of_number 7L)) in
  Picos.Fiber.yield ();
  that "it is full" (Picos.Computation.is_running writing);
  ignore (read file 8);
  that "eight bytes at a time" (Picos.Computation.await writing = 8);
  that "the number was kept" (read file 8 = (8, of_number 7L));
  File.release file

let poll_several () =
  let a = Eventfd.create ~initial:0 ~semaphore:false and reader, writer = new_pipe () in
  let readable = Readiness.readable in
  let files = [| (a, readable); (reader, readable); (writer, Readiness.none) |] in
  let none = Readiness.none in
  let answers what expected patience = that what (done_ (Poll.poll files patience) = expected) in
  answers "nothing yet" [| none; none; none |] Patience.none;
  answers "nothing in time" [| none; none; none |] (Patience.within ~seconds:3.);
  let waiting = spawn (fun () -> done_ (Poll.poll files Patience.forever)) in
  Picos.Fiber.yield ();
  ignore (write writer "x");
  that "one is enough"
    (Picos.Computation.await waiting = [| none; Readiness.readable; none |]);
  ignore (write a (of_number 1L));
  File.release reader;
  answers "errors without asking"
    [| Readiness.of_bits 1; Readiness.readable; Readiness.error |]
    Patience.forever;
  that "nobody watches" (Watch.is_empty (Option.get a.file.watch));
  let select bits = done_ (Poll.wait [| (writer, bits) |] Patience.none) in
  that "select: writing fails at once" (select Poll.writing <> [| none |]);
  that "select: nothing special" (select Poll.exceptional = [| none |]);
  List.iter File.release [ a; writer ]

let () =
  Linux.ignore_sigpipe ();
  random "event counters beside Linux's" 300 beside_linux;
  alone "event counters wait" waits;
  alone "poll waits for several" poll_several;
  Check.finish ()
