(* Locks: of bytes beside a model that keeps each byte's holders, of whole files, and who waits. *)
open Fs
open Structured

let is = Check.that

let test name body =
  Check.test name (fun () -> Fifo_scheduler.run (fun () -> body (At.view ())))

let open_file view path =
  File.make { read = true; write = true } (At.opened view path At.rw)

let process n = Locks.Process n

(* ---- a model: for each of so many bytes, what each process holds ---- *)

let bytes = 24
let processes = 3

type model = Locks.kind option array array

let allowed (model : model) who first last kind =
  let in_the_way holder byte =
    holder <> who
    && match model.(holder).(byte) with
       | None -> false
       | Some held -> kind = Locks.Exclusive || held = Exclusive
  in
  let free byte = not (List.exists (fun holder -> in_the_way holder byte) [ 0; 1; 2 ]) in
  List.for_all free (List.init (last - first + 1) (fun n -> first + n))

let set (model : model) who first last kind = Array.fill model.(who) first (last - first + 1) kind

let step random file (model : model) =
  let who = Random.State.int random processes in
  let a = Random.State.int random bytes and b = Random.State.int random bytes in
  let first = min a b and last = max a b in
  let kind = if Random.State.bool random then Locks.Shared else Exclusive in
  match Random.State.int random 5 with
  | 0 ->
      Locks.unlock file (process who) ~first ~last;
      set model who first last None
  | 1 -> (
      match Locks.conflict file (process who) ~first ~last kind with
      | None -> is "nothing is in the way" (allowed model who first last kind)
      | Some found ->
          let holder = Option.get found.process in
          is "it holds it" (model.(holder).(max first found.first) = Some found.kind);
          is "all of it"
            (Array.for_all
               (fun held -> held = Some found.kind)
               (Array.sub model.(holder) found.first (found.last - found.first + 1)));
          is "it is in the way" (not (allowed model who first last kind)))
  | 2 when Random.State.int random 10 = 0 ->
      Locks.forget file.file.node ~process:who;
      set model who 0 (bytes - 1) None
  | _ -> (
      match Locks.lock file (process who) ~first ~last kind Patience.none with
      | Ok () ->
          is "it is allowed" (allowed model who first last kind);
          set model who first last (Some kind)
      | Error e -> is "it is not allowed" (e = EAGAIN && not (allowed model who first last kind)))

let forget_all (file : File.t) =
  for process = 0 to processes - 1 do
    Locks.forget file.file.node ~process
  done

let beside_model seed view =
  let random = Random.State.make [| seed |] in
  let file = open_file view "f" in
  let model = Array.make_matrix processes bytes None in
  for _ = 1 to 20_000 do
    step random file model
  done;
  forget_all file;
  File.release file

(* ---- waiting ---- *)

let first_come = ref []
let note what = first_come := what :: !first_come

let exclusive ?(first = 0) ?(last = max_int) file who patience =
  Locks.lock file (process who) ~first ~last Exclusive patience

let waits view =
  let file = open_file view "f" in
  first_come := [];
  At.ok "first" (exclusive file 0 Patience.none);
  Bundle.join_after (fun bundle ->
      Bundle.fork bundle (fun () ->
          At.ok "second" (exclusive file 1 Patience.forever);
          note "second";
          Locks.forget file.file.node ~process:1);
      Picos.Fiber.yield ();
      At.fails "not for ever" EAGAIN (exclusive file 2 (Patience.within ~seconds:1.));
      note "first ends";
      Locks.unlock file (process 0) ~first:0 ~last:max_int);
  is "in order" (!first_come = [ "second"; "first ends" ]);
  is "nobody holds it" (Locks.conflict file (process 7) ~first:0 ~last:max_int Exclusive = None);
  File.release file

(* Three processes, each of which wants what the next one has. *)
let deadlock view =
  let file = open_file view "f" in
  let take who byte patience = exclusive file who patience ~first:byte ~last:byte in
  List.iter (fun n -> At.ok "own" (take n n Patience.none)) [ 0; 1; 2 ];
  Bundle.join_after (fun bundle ->
      Bundle.fork bundle (fun () -> At.ok "0 gets 1's" (take 0 1 Patience.forever));
      Bundle.fork bundle (fun () ->
          At.ok "1 gets 2's" (take 1 2 Patience.forever);
          Locks.forget file.file.node ~process:1);
      Picos.Fiber.yield ();
      Picos.Fiber.yield ();
      At.fails "2 would wait for ever" EDEADLK (take 2 0 Patience.forever);
      At.fails "or not at all" EAGAIN (take 2 0 Patience.none);
      Locks.forget file.file.node ~process:2);
  forget_all file;
  File.release file

let ends_with_file view =
  let one = open_file view "f" and two = open_file view "f" in
  let lock file = Locks.lock file (Description file) ~first:5 ~last:9 Exclusive in
  At.ok "one" (lock one Patience.none);
  At.ok "again" (lock one Patience.none);
  At.fails "two" EAGAIN (lock two Patience.none);
  At.fails "nor a process" EAGAIN (exclusive two 3 Patience.none);
  Bundle.join_after (fun bundle ->
      Bundle.fork bundle (fun () -> At.ok "two" (lock two Patience.forever));
      Picos.Fiber.yield ();
      File.release one);
  File.release two

let whole view =
  let one = open_file view "f" and two = open_file view "f" and other = open_file view "g" in
  let lock file kind = Locks.lock_whole file kind Patience.none in
  At.ok "one" (lock one Shared);
  At.ok "two" (lock two Shared);
  At.ok "another file" (lock other Exclusive);
  At.ok "bytes are another matter" (exclusive one 0 Patience.none);
  At.fails "exclusive" EAGAIN (lock one Exclusive);
  At.ok "it gave its own up" (lock two Exclusive);
  At.fails "and has none" EAGAIN (lock one Shared);
  At.ok "less again" (lock two Shared);
  At.ok "now" (lock one Shared);
  Bundle.join_after (fun bundle ->
      Bundle.fork bundle (fun () ->
          At.ok "more" (Locks.lock_whole one Exclusive Patience.forever));
      Picos.Fiber.yield ();
      Locks.unlock_whole two);
  At.fails "held" EAGAIN (lock two Shared);
  File.release one;
  At.ok "ended with the file" (lock two Exclusive);
  Locks.forget two.file.node ~process:0;
  List.iter File.release [ two; other ]

let () =
  let seed = Seed.get () in
  test "locks of bytes, beside a model" (beside_model seed);
  test "who waits gets it when it is given up" waits;
  test "nobody waits in a circle" deadlock;
  test "locks of an open file end with it" ends_with_file;
  test "locks of whole files" whole;
  Check.finish ()
