(* What the scheduler costs on this machine, beside a bare perform and continue in the same run:
   JSON lines. Arguments: the names of those to run. *)
open Picos

let now = Sched.Time.now_ns

(* The best of many rounds, in nanoseconds an operation: each is short, to fall between what else
   the machine does. *)
let best n run =
  let rec again rounds least =
    if rounds = 0 then least
    else begin
      let start = now () in
      run n;
      again (rounds - 1) (Float.min least (float (now () - start) /. float n))
    end
  in
  again (4_000_000 / n) infinity

type _ Effect.t += Nothing : unit Effect.t

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

let bare n =
  Effect.Deep.match_with
    (fun () ->
      for _ = 1 to n do
        Effect.perform Nothing
      done)
    () handler

let yield n =
  for _ = 1 to n do
    Fiber.yield ()
  done

let yield_among fibers n =
  let spin _ = Sched.spawn ~name:"yielder" (fun () -> yield (n / fibers)) in
  List.iter Computation.await (List.init fibers spin)

let spawn n =
  let computation = Computation.returned () in
  for _ = 1 to n / 10 do
    for _ = 1 to 10 do
      Fiber.spawn (Fiber.create ~forbid:false computation) ignore
    done;
    Fiber.yield ()
  done

let wake n =
  let mine = ref (Trigger.create ()) and others = ref (Trigger.create ()) in
  let wait cell =
    ignore (Trigger.await !cell : _ option);
    cell := Trigger.create ()
  in
  let pong () =
    for _ = 1 to n / 2 do
      wait others;
      Trigger.signal !mine
    done
  in
  let other = Sched.spawn ~name:"pong" pong in
  Fiber.yield ();
  for _ = 1 to n / 2 do
    Trigger.signal !others;
    wait mine
  done;
  Computation.await other

let () =
  Sched.run (Sched.Assignment.default ~cores:1) ~cores:1 (fun () ->
      let unit = best 10_000 bare in
      let wanted name = Array.length Sys.argv < 2 || Array.mem name Sys.argv in
      let show name n run =
        if wanted name then begin
          let ns = best n run in
          Printf.printf
            {|{"name":%S,"machine":"host","nanoseconds":%.1f,"times a bare effect":%.2f}|} name ns
            (ns /. unit);
          print_newline ()
        end
      in
      show "perform and continue" 10_000 bare;
      show "yield" 10_000 yield;
      show "yield among 100" 100_000 (yield_among 100);
      show "spawn" 10_000 spawn;
      show "await and signal, one way" 10_000 wake)
