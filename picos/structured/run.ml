(* Forking raises Terminate when the bundle has been terminated: the rest is not wanted any more. *)
let start bundle run actions =
  try List.iter (fun action -> Bundle.fork bundle (fun () -> run action)) actions
  with Control.Terminate -> ()

let all actions = Bundle.join_after (fun bundle -> start bundle (fun action -> action ()) actions)

let any actions =
  Bundle.join_after (fun bundle ->
      let run action =
        action ();
        Bundle.terminate bundle
      in
      start bundle run actions)

let first_or_terminate actions =
  let result = Atomic.make None in
  Bundle.join_after (fun bundle ->
      let run action =
        let value = action () in
        if Atomic.compare_and_set result None (Some value) then Bundle.terminate bundle
      in
      start bundle run actions);
  match Atomic.get result with Some value -> value | None -> raise Control.Terminate
