open Hal

type figure = { what : string; ns_per_item : float; right : bool }

let batch = 16
let rounds = 200

(* The first rounds warm up whatever allocates or translates; the figure is of the others. *)
let timed round =
  let rec repeat n =
    if n > 0 then begin
      round ();
      repeat (n - 1)
    end
  in
  repeat (rounds / 10);
  let start = Machine.uptime_ns () in
  repeat rounds;
  float_of_int (Machine.uptime_ns () - start) /. float_of_int (rounds * batch)

let copied form producer consumer words =
  let sent = Array.init (words * batch) (fun i -> (i * 1_000_003) - 77) in
  let got = Array.make (words * batch) 0 in
  let ns_per_item =
    timed (fun () ->
        ignore (Ring.push producer sent ~pos:0 ~words ~items:batch : Ring.outcome);
        ignore (Ring.pop consumer got ~pos:0 ~words ~items:batch : Ring.outcome))
  in
  { what = Printf.sprintf "%s, %d words" form words; ns_per_item; right = got = sent }

let single words =
  Picos.Fiber.yield (); (* each figure takes a turn of its own *)
  let p, c = Ring.single ~capacity:64 () in
  copied "single" p c words

let many words =
  Picos.Fiber.yield ();
  let funnel, c = Ring.many ~capacity:64 () in
  copied "many" (Ring.producer funnel) c words

let in_place () =
  Picos.Fiber.yield ();
  let p, c = Ring.single ~capacity:64 () in
  let sum = ref 0 in
  let write () =
    let n = Ring.reserve p batch in
    for cell = 0 to n - 1 do
      Ring.set p ~cell ~word:0 cell;
      Ring.set p ~cell ~word:1 (cell + 1);
      Ring.set p ~cell ~word:2 (cell + 2)
    done;
    ignore (Ring.publish p n : bool)
  in
  let read () =
    let n = Ring.take c batch in
    for cell = 0 to n - 1 do
      sum := !sum + Ring.get c ~cell ~word:0 + Ring.get c ~cell ~word:1 + Ring.get c ~cell ~word:2
    done;
    ignore (Ring.release c n : bool)
  in
  let ns_per_item = timed (fun () -> write (); read ()) in
  let each = 3 * batch * (batch + 1) / 2 in
  { what = "single, 3 words in place"; ns_per_item; right = !sum = each * (rounds + (rounds / 10)) }

let measure () =
  List.init Ring.words_single (fun i -> single (i + 1))
  @ List.init Ring.words_many (fun i -> many (i + 1))
  @ [ in_place () ]
