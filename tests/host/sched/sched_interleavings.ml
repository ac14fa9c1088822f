(* Every order of the atomic operations of what the cores' loops share. *)
open Explored_sched

let nr_all_orders = ref 0

let test name scenario =
  Check.test name (fun () ->
      let nr_orders = Explored.Explorer.all scenario in
      Printf.printf "# %d orders\n%!" nr_orders;
      nr_all_orders := !nr_all_orders + nr_orders)

(* ---- the inbox ---- *)

let is_ordered producer items =
  let own = List.filter (fun (from, _) -> from = producer) items in
  own = List.sort compare own

let inbox_keeps_all () =
  let inbox = Inbox.create () and taken = ref [] in
  let producer from () = List.iter (fun i -> Inbox.push inbox (from, i)) [ 1; 2 ] in
  let consumer () =
    for _ = 1 to 2 do
      taken := !taken @ Inbox.take inbox
    done
  in
  ( [ producer `A; producer `B; consumer ],
    fun () ->
      let all = !taken @ Inbox.take inbox in
      Check.that "each item came once"
        (List.sort compare all = [ (`A, 1); (`A, 2); (`B, 1); (`B, 2) ]);
      Check.that "each producer's are in order" (is_ordered `A all && is_ordered `B all) )

(* ---- going to sleep: the loop of core 0, and those that send it a task ---- *)

(* As Core.wait has it: the bit, a last look, then the wait, which a wake-up ends or makes return at
   once. *)
let loop idle inbox woken taken wanted () =
  let rec turn () =
    taken := !taken + List.length (Inbox.take inbox);
    if !taken < wanted then begin
      Idle.set idle 0;
      if Inbox.is_empty inbox then begin
        Explored.Explorer.wait_until (fun () -> !woken);
        woken := false
      end;
      ignore (Idle.clear idle 0 : bool);
      turn ()
    end
  in
  turn ()

let sender idle inbox woken () =
  Inbox.push inbox ();
  if Idle.clear idle 0 then woken := true

(* A lost wake-up is a deadlock. *)
let no_wake_up_is_lost senders () =
  let idle = Idle.create 1 and inbox = Inbox.create () and woken = ref false and taken = ref 0 in
  ( loop idle inbox woken taken senders :: List.init senders (fun _ -> sender idle inbox woken),
    fun () -> Check.that "all tasks came" (!taken = senders) )

(* ---- the set of idle cores ---- *)

let one_clear_wins () =
  let idle = Idle.create 2 and won = ref 0 in
  Idle.set idle 0;
  let clear () = if Idle.clear idle 0 then incr won in
  ( [ clear; clear; (fun () -> Idle.set idle 1) ],
    fun () ->
      Check.that "one caller cleared it" (!won = 1);
      Check.that "the other bit is set" (Idle.mem idle 1 && not (Idle.mem idle 0)) )

let sets_are_kept () =
  let idle = Idle.create 40 in
  let set core () = Idle.set idle core in
  ( [ set 3; set 5; set 35 ],
    fun () ->
      Check.that "all are set" (List.for_all (Idle.mem idle) [ 3; 5; 35 ]);
      Check.that "the lowest of a mask is found"
        (Idle.find idle ~among:(Idle.mask 40 [ 4; 5; 35 ]) = 5) )

(* ---- occurrences ---- *)

let each_wait_is_answered () =
  let t = Occurrence.create () and woken = ref false and came = ref 0 in
  let happen () = match Occurrence.happen t with Some () -> woken := true | None -> () in
  let waiter () =
    match Occurrence.await t () with
    | Came -> incr came
    | Busy -> failwith "busy"
    | Wait _ ->
        Explored.Explorer.wait_until (fun () -> !woken);
        incr came
  in
  ([ happen; happen; waiter ], fun () -> Check.that "the waiter went on" (!came = 1))

(* The waiter is canceled meanwhile: what happened is not lost to the next. *)
let cancelation_loses_nothing () =
  let t = Occurrence.create () and answered = ref 0 and came = ref false in
  let happen () = match Occurrence.happen t with Some () -> incr answered | None -> () in
  let waiter () =
    match Occurrence.await t () with
    | Came -> came := true
    | Busy -> failwith "busy"
    | Wait ticket -> Occurrence.cancel t ticket
  in
  ( [ happen; waiter ],
    fun () ->
      let left = match Occurrence.await t () with Came -> true | Wait _ | Busy -> false in
      Check.that "it came to the waiter or to the next one" (left <> !came) )

let one_waiter_at_most () =
  let t = Occurrence.create () and busy = ref 0 and waiting = ref 0 in
  let waiter () =
    match Occurrence.await t () with
    | Wait _ -> incr waiting
    | Busy -> incr busy
    | Came -> failwith "came"
  in
  ([ waiter; waiter ], fun () -> Check.that "one waits, one is told" (!waiting = 1 && !busy = 1))

let () =
  test "inbox: no task is lost, doubled or overtaken" inbox_keeps_all;
  test "idle: no wake-up is lost, one sender" (no_wake_up_is_lost 1);
  test "idle: no wake-up is lost, two senders" (no_wake_up_is_lost 2);
  test "idle: one caller clears a bit" one_clear_wins;
  test "idle: sets do not undo each other" sets_are_kept;
  test "occurrence: a wait is answered" each_wait_is_answered;
  test "occurrence: a canceled wait loses nothing" cancelation_loses_nothing;
  test "occurrence: one waiter at most" one_waiter_at_most;
  Printf.printf "# %d orders explored\n%!" !nr_all_orders;
  Check.finish ()
