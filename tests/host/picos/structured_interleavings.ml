(* Every order of the atomic operations of fibers that are forked, canceled and joined, over the
   code of picos/structured itself. A group that is joined too late is a deadlock, which fails the
   test. *)
open Explored
open Explored_structured

exception Stop

let that = Check.that
let bt = Printexc.get_callstack 0
let computation () : unit Computation.t = Computation.create ()
let cancel c () = Computation.cancel c Stop bt
let fiber main () = Fibers.fiber (computation ()) main ()

(* A fiber on behalf of [c]; how it ended is left in [outcome]. *)
let into outcome c main =
  Fibers.fiber c (fun () -> outcome := try Ok (main ()) with exn -> Error exn)

let scenarios =
  [
    ( "a bundle ends after its fiber, whoever is canceled",
      fun () ->
        let c = computation () and ended = ref false and outcome = ref (Error Exit) in
        let child () = ended := true in
        let main () =
          Bundle.join_after (fun bundle -> Bundle.fork bundle child);
          that "the child has ended" !ended
        in
        ( [ into outcome c main; cancel c ],
          fun () -> that "done or canceled" (!outcome = Ok () || !outcome = Error Stop) ) );
    ( "a child's error ends the others and is raised",
      fun () ->
        let c = computation () and outcome = ref (Ok ()) in
        let begun = ref false and terminated = ref false in
        let blocked () =
          begun := true;
          try Control.block () with Control.Terminate -> terminated := true
        in
        let main () =
          Bundle.join_after (fun bundle ->
              Bundle.fork bundle (fun () -> raise Stop);
              Bundle.fork bundle blocked)
        in
        ( [ into outcome c main ],
          fun () ->
            that "raised" (!outcome = Error Stop);
            that "nothing goes on" (!begun = !terminated) ) );
    ( "forking from elsewhere: into the bundle, or refused",
      fun () ->
        let c = computation () and outcome = ref (Error Exit) and shared = ref None in
        let ran = ref false and forked = ref false and joined = ref false in
        let main () =
          Bundle.join_after (fun bundle ->
              shared := Some bundle;
              Explorer.step Nothing);
          joined := true
        in
        let fork () =
          Explorer.wait_until (fun () -> Option.is_some !shared);
          match Bundle.fork (Option.get !shared) (fun () -> ran := not !joined) with
          | () -> forked := true
          | exception Invalid_argument _ -> ()
        in
        ( [ into outcome c main; fiber fork ],
          fun () ->
            that "ran before the end, exactly if forked" (!ran = !forked);
            that "returned" (!outcome = Ok ()) ) );
    ( "a promise forked from elsewhere while the bundle is terminated ends",
      fun () ->
        let c = computation () and outcome = ref (Error Exit) and shared = ref None in
        let main () =
          Bundle.join_after (fun bundle ->
              shared := Some bundle;
              Bundle.terminate bundle)
        in
        let fork () =
          Explorer.wait_until (fun () -> Option.is_some !shared);
          try ignore (Bundle.fork_as_promise (Option.get !shared) Control.block)
          with Invalid_argument _ | Control.Terminate -> ()
        in
        ([ into outcome c main; fiber fork ], fun () -> that "returned" (!outcome = Ok ())) );
    ( "a promise: its value, or terminated, and no error of the bundle",
      fun () ->
        let c = computation () and outcome = ref (Error Exit) and value = ref None in
        let promise = ref None in
        let main () =
          Bundle.join_after (fun bundle ->
              let p = Bundle.fork_as_promise bundle (fun () -> 7) in
              promise := Some p;
              value := try Some (Promise.await p) with Control.Terminate -> None)
        in
        let terminate () =
          Explorer.wait_until (fun () -> Option.is_some !promise);
          let terminated = Promise.try_terminate (Option.get !promise) in
          that "one of them" (not (terminated && !value <> None))
        in
        ( [ into outcome c main; terminate ],
          fun () -> that "no error" (!outcome = Ok () && (!value = None || !value = Some 7)) ) );
    ( "a flock is terminated: who blocks in it ends",
      fun () ->
        let c = computation () and outcome = ref (Error Exit) in
        let main () =
          Flock.join_after ~on_return:`Terminate (fun () -> Flock.fork (fun () -> Control.block ()))
        in
        ([ into outcome c main; cancel c ], fun () -> that "ended" (!outcome <> Error Exit)) );
  ]

let () =
  List.iter (fun (name, scenario) -> Explore.test name scenario) scenarios;
  Explore.finish ()
