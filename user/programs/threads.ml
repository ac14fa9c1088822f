(* Threads of one domain hand a ball around; a signal of the process to itself ends the game. *)
let players = 5
let throws = 100
let mutex = Mutex.create ()
let moved = Condition.create ()
let holder = ref 0
let thrown = ref 0
let ended = ref false
let () = Sys.set_signal Sys.sigusr1 (Signal_handle (fun _ -> ended := true))

let play me =
  Mutex.protect mutex (fun () ->
      while !thrown < throws do
        if !holder = me then (
          incr thrown;
          holder := (me + 1) mod players;
          Condition.broadcast moved)
        else Condition.wait moved mutex
      done)

let () =
  List.iter Thread.join (List.init players (Thread.create play));
  Unix.kill (Unix.getpid ()) Sys.sigusr1;
  while not !ended do
    Thread.yield ()
  done;
  Printf.printf "%d throws, and player %d has the ball\n" !thrown !holder
