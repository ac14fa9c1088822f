(* What picos/structured promises, on a scheduler that runs fibers first in, first out, with virtual
   time. *)
open Picos
open Structured

exception Stop

let bt = Printexc.get_callstack 0
let that = Check.that
let raises = Check.raises
let test name body = Check.test name (fun () -> Fifo_scheduler.run body)

let fails_invalid what fn =
  match fn () with
  | _ -> that (what ^ ": raised nothing") false
  | exception Invalid_argument _ -> ()

let settle () =
  for _ = 1 to 10 do
    Fiber.yield ()
  done

(* Notes how it is canceled, and takes a while to end. *)
let blocked ended () =
  try Control.block ()
  with exn ->
    Control.protect settle;
    ended := !ended + 1;
    raise exn

let bundles () =
  test "bundle: waits for its fibers" (fun () ->
      let ended = ref 0 in
      let value =
        Bundle.join_after (fun bundle ->
            for _ = 1 to 3 do
              Bundle.fork bundle (fun () ->
                  settle ();
                  incr ended)
            done;
            7)
      in
      that "all, and its value" (!ended = 3 && value = 7));
  test "bundle: the fiber is on its own behalf again" (fun () ->
      let fiber = Fiber.current () in
      let before = Fiber.get_computation fiber in
      Bundle.join_after (fun _ -> that "inside" (Fiber.get_computation fiber != before));
      that "returned" (Fiber.get_computation fiber == before);
      raises "raised" Exit (fun () -> Bundle.join_after (fun _ -> raise Exit));
      that "raised" (Fiber.get_computation fiber == before));
  test "bundle: an error ends the others and is raised when they have ended" (fun () ->
      let ended = ref 0 in
      raises "error" Exit (fun () ->
          Bundle.join_after (fun bundle ->
              Bundle.fork bundle (blocked ended);
              Bundle.fork bundle (blocked ended);
              Bundle.fork bundle (fun () -> raise Exit);
              blocked ended ()));
      that "all of them" (!ended = 3));
  test "bundle: several errors, in their order" (fun () ->
      let fail exn () = try Control.block () with Control.Terminate -> raise exn in
      match
        Bundle.join_after (fun bundle ->
            Bundle.fork bundle (fail Stop);
            Bundle.fork bundle (fail Not_found);
            settle ();
            raise Exit)
      with
      | () -> that "raised nothing" false
      | exception Control.Errors errors ->
          that "the first one first" (List.hd errors |> fst = Exit && List.length errors = 3));
  test "bundle: Terminate is no error" (fun () ->
      let ended = ref 0 in
      Bundle.join_after (fun bundle ->
          Bundle.fork bundle (fun () -> raise Control.Terminate);
          Bundle.fork bundle (fun () ->
              settle ();
              incr ended));
      that "the others go on" (!ended = 1);
      Bundle.join_after ~on_return:`Terminate (fun bundle ->
          Bundle.fork bundle (blocked ended);
          settle ());
      that "terminated on return" (!ended = 2);
      raises "of the main function" Control.Terminate (fun () ->
          Bundle.join_after (fun bundle ->
              Bundle.fork bundle (blocked ended);
              settle ();
              raise Control.Terminate));
      that "ends the others" (!ended = 3));
  test "bundle: terminated, it takes no fiber; joined neither" (fun () ->
      let escaped = ref None in
      Bundle.join_after (fun bundle ->
          escaped := Some bundle;
          Bundle.terminate bundle;
          raises "fork" Control.Terminate (fun () -> Bundle.fork bundle ignore);
          raises "promise" Control.Terminate (fun () -> Bundle.fork_as_promise bundle ignore);
          Control.protect (fun () ->
              raises "protected" Control.Terminate (fun () -> Bundle.fork bundle ignore)));
      fails_invalid "joined" (fun () -> Bundle.fork (Option.get !escaped) ignore));
  test "bundle: the owner's cancelation reaches the fibers, and is raised after they have ended"
    (fun () ->
      let ended = ref 0 and c = Computation.create () in
      let main () =
        Bundle.join_after (fun bundle ->
            Bundle.fork bundle (fun () ->
                Bundle.join_after (fun inner -> Bundle.fork inner (blocked ended)));
            Bundle.fork bundle (blocked ended))
      in
      Fiber.spawn (Fiber.create ~forbid:false c) (fun _ ->
          raises "its cancelation" Stop main;
          that "all have ended" (!ended = 2));
      settle ();
      Computation.cancel c Stop bt);
  test "bundle: terminate_after, error" (fun () ->
      let ended = ref 0 in
      Bundle.join_after (fun bundle ->
          Bundle.terminate_after bundle ~seconds:1.;
          Bundle.fork bundle (blocked ended);
          Control.sleep ~seconds:0.5;
          that "not yet" (!ended = 0);
          raises "later" Control.Terminate (fun () -> Control.sleep ~seconds:1.));
      that "ended" (!ended = 1);
      raises "error" Exit (fun () ->
          Bundle.join_after (fun bundle -> Bundle.error bundle Exit bt));
      Bundle.join_after (fun bundle -> Bundle.error bundle Control.Terminate bt))

let promises () =
  test "promise: a value, an error, the time it takes" (fun () ->
      Bundle.join_after (fun bundle ->
          let p =
            Bundle.fork_as_promise bundle (fun () ->
                settle ();
                7)
          in
          that "running" (Promise.is_running p);
          that "value" (Promise.await p = 7 && not (Promise.is_running p));
          that "constant" (Promise.await (Promise.of_value 1) = 1));
      raises "its error is the bundle's" Exit (fun () ->
          Bundle.join_after (fun bundle ->
              let p = Bundle.fork_as_promise bundle (fun () -> raise Exit) in
              raises "and its own" Control.Terminate (fun () -> Promise.await p))));
  test "promise: terminating it is no error" (fun () ->
      let ended = ref 0 in
      Bundle.join_after (fun bundle ->
          let p = Bundle.fork_as_promise bundle (blocked ended) in
          settle ();
          that "once" (Promise.try_terminate p && not (Promise.try_terminate p));
          raises "awaiting" Control.Terminate (fun () -> Promise.await p);
          let q = Bundle.fork_as_promise bundle (blocked ended) in
          Promise.terminate_after q ~seconds:1.;
          raises "awaiting" Control.Terminate (fun () -> Promise.await q));
      that "ended" (!ended = 2));
  test "promise: events" (fun () ->
      let open Sync.Event in
      Bundle.join_after ~on_return:`Terminate (fun bundle ->
          let never = Bundle.fork_as_promise bundle Control.block in
          let soon = Bundle.fork_as_promise bundle (fun () -> settle (); 7) in
          that "first" (select [ Promise.completed never; Promise.completed soon ] = 7);
          that "not canceled" (Promise.is_running never)))

let flocks () =
  test "flock: inherited, nested, restored" (fun () ->
      let log = ref [] in
      let note what = log := what :: !log in
      fails_invalid "outside" (fun () -> Flock.fork ignore);
      Flock.join_after (fun () ->
          Flock.fork (fun () ->
              Flock.fork (fun () ->
                  settle ();
                  note "grandchild"));
          Flock.join_after (fun () -> Flock.fork (fun () -> note "inner"));
          note "inner joined";
          that "promise" (Promise.await (Flock.fork_as_promise (fun () -> 7)) = 7));
      that "order" (List.rev !log = [ "inner"; "inner joined"; "grandchild" ]);
      fails_invalid "outside again" (fun () -> Flock.terminate ()));
  test "flock: terminate, terminate_after, error" (fun () ->
      let ended = ref 0 in
      Flock.join_after (fun () ->
          Flock.fork (blocked ended);
          settle ();
          Flock.terminate ();
          raises "fork" Control.Terminate (fun () -> Flock.fork ignore));
      Flock.join_after (fun () ->
          Flock.terminate_after ~seconds:1. ();
          Flock.fork (blocked ended));
      that "ended" (!ended = 2);
      raises "error" Exit (fun () -> Flock.join_after (fun () -> Flock.error Exit bt)))

let controls () =
  test "control: block" (fun () ->
      fails_invalid "forbidden" (fun () -> Control.protect Control.block);
      let c = Computation.create () and raised = ref false in
      Fiber.spawn (Fiber.create ~forbid:false c) (fun _ ->
          try Control.block () with Sys_error _ -> raised := true);
      settle ();
      Computation.finish c;
      settle ();
      that "its computation returned" !raised);
  test "control: a time limit" (fun () ->
      let fiber = Fiber.current () in
      let before = Fiber.get_computation fiber in
      that "in time" (Control.terminate_after ~seconds:1. (fun () -> 7) = 7);
      raises "its own exception" Exit (fun () ->
          Control.terminate_after ~seconds:1. (fun () -> raise Exit));
      raises "too late" Control.Terminate (fun () ->
          Control.terminate_after ~seconds:1. Control.block);
      raises "the outer limit" Control.Terminate (fun () ->
          Control.terminate_after ~seconds:1. (fun () ->
              Control.terminate_after ~seconds:5. Control.block));
      fails_invalid "no time" (fun () -> Control.terminate_after ~seconds:nan ignore);
      that "on its own behalf again" (Fiber.get_computation fiber == before);
      Control.sleep ~seconds:10.;
      Control.raise_if_canceled ());
  test "control: the rest" (fun () ->
      Control.terminate_unless true;
      raises "unless" Control.Terminate (fun () -> Control.terminate_unless false);
      Bundle.join_after (fun bundle ->
          Bundle.terminate bundle;
          raises "check" Control.Terminate Control.raise_if_canceled;
          raises "yield" Control.Terminate Control.yield;
          Control.protect Control.raise_if_canceled);
      let printed = Printexc.to_string (Control.Errors [ (Exit, bt); (Not_found, bt) ]) in
      that "printed" (printed = "Errors [Stdlib.Exit; Not_found]"))

let runs () =
  test "run: all" (fun () ->
      let count = ref 0 in
      let slowly () =
        settle ();
        incr count
      in
      Run.all [];
      Run.all [ slowly; (fun () -> raise Control.Terminate); slowly ];
      that "all" (!count = 2);
      raises "error" Exit (fun () -> Run.all [ Control.block; (fun () -> raise Exit); slowly ]));
  test "run: any, first" (fun () ->
      let ended = ref 0 in
      Run.any [];
      Run.any [ blocked ended; settle; blocked ended ];
      that "the others have ended" (!ended = 2);
      raises "error" Exit (fun () -> Run.any [ blocked ended; (fun () -> raise Exit) ]);
      let late () =
        Control.sleep ~seconds:2.;
        2
      and soon () =
        Control.sleep ~seconds:1.;
        1
      in
      that "first" (Run.first_or_terminate [ late; soon; late ] = 1);
      raises "none" Control.Terminate (fun () ->
          Run.first_or_terminate [ (fun () -> raise Control.Terminate) ]))

let () =
  bundles ();
  promises ();
  flocks ();
  controls ();
  runs ();
  Check.finish ()
