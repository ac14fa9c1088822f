(* Requests in every order of their atomic operations: with new lives, answers, the end, and each
   other. *)
open Explored_drivers

let test name scenario = Explore.test name scenario
let that = Check.that
let body = 5 lsl Requests.tag_bits

type asked = { mutable outcomes : Requests.outcome list }

let submit t asked () =
  let fill words =
    words.(0) <- body;
    1
  in
  Requests.submit t ~fill (fun outcome -> asked.outcomes <- outcome :: asked.outcomes)

let create ~repeats = Requests.create ~name:"requests" ~queues:1 ~repeats
let port () : Port.kernel = { sent = [] }
let enter t port = Requests.enter t (Up { device = (); ports = [| port |] })
let tags (port : Port.kernel) = List.map Requests.tag port.sent
let answer t life word = Requests.answer t life () t.Requests.queues.(0) word

(* ---- a request, and a driver's life that begins ---- *)

let first_life () =
  let t = create ~repeats:true and p = port () and asked = { outcomes = [] } in
  ( [ submit t asked; (fun () -> ignore (enter t p : Requests.life)) ],
    fun () -> that "the driver has it once" (p.sent = [ body ] && asked.outcomes = []) )

let next_life () =
  let t = create ~repeats:true and p1 = port () and p2 = port () and asked = { outcomes = [] } in
  ignore (enter t p1 : Requests.life);
  ( [ submit t asked; (fun () -> ignore (enter t p2 : Requests.life)) ],
    fun () ->
      that "the last driver has it once" (p2.sent = [ body ]);
      that "the one before not twice" (List.length p1.sent <= 1) )

let two_lives () =
  let t = create ~repeats:true
  and ports = List.init 3 (fun _ -> port ())
  and asked = { outcomes = [] } in
  let lives () = List.iter (fun p -> ignore (enter t p : Requests.life)) ports in
  ( [ submit t asked; lives ],
    fun () ->
      let count (p : Port.kernel) = List.length p.sent in
      that "none has it twice" (List.for_all (fun p -> count p <= 1) ports);
      that "the last has it" (count (List.nth ports 2) = 1) )

let two_requests () =
  let t = create ~repeats:true and p1 = port () and p2 = port () in
  let a = { outcomes = [] } and b = { outcomes = [] } in
  ignore (enter t p1 : Requests.life);
  ( [ submit t a; submit t b; (fun () -> ignore (enter t p2 : Requests.life)) ],
    fun () ->
      that "two tags" (List.sort compare (tags p2) = [ 0; 1 ]);
      that "none answered" (a.outcomes = [] && b.outcomes = []) )

(* ---- an answer, and what may come in its way ---- *)

let sent ~repeats =
  let t = create ~repeats and p = port () and asked = { outcomes = [] } in
  let life = enter t p in
  submit t asked ();
  (t, life, List.hd p.sent, asked)

(* A driver whose life is over may still answer; who comes late is told so. *)
let try_answer t life word () = try answer t life word with Device.Failed _ -> ()

let answer_and_end () =
  let t, life, word, asked = sent ~repeats:true in
  ( [ try_answer t life word; (fun () -> Requests.close t) ],
    fun () -> that "one outcome" (List.length asked.outcomes = 1) )

let answer_and_next ~repeats () =
  let t, life, word, asked = sent ~repeats and p = port () in
  ( [ try_answer t life word; (fun () -> ignore (enter t p : Requests.life)) ],
    fun () ->
      match (asked.outcomes, p.sent) with
      | [ Answered 5 ], [] -> ()
      | [ Interrupted ], [] when not repeats -> ()
      | [], [ _ ] when repeats -> ()
      | _ -> that "answered, or asked again, or failed: one of these" false )

let two_answers () =
  let t, life, word, asked = sent ~repeats:true in
  let failures = Atomic.make 0 in
  let once () = try answer t life word with Device.Failed _ -> Atomic.incr failures in
  ( [ once; once ],
    fun () ->
      that "one counts" (asked.outcomes = [ Answered 5 ]);
      that "the other is a lie" (Atomic.get failures = 1) )

let request_and_end () =
  let t = create ~repeats:true and p = port () and asked = { outcomes = [] } in
  ignore (enter t p : Requests.life);
  ( [ submit t asked; (fun () -> Requests.close t) ],
    fun () -> that "nobody waits for ever" (asked.outcomes = [ Gone ]) )

(* The tag comes back while another takes one. *)
let reuse () =
  let t, life, word, first = sent ~repeats:true and second = { outcomes = [] } in
  ( [ try_answer t life word; submit t second ],
    fun () ->
      that "the first is answered" (first.outcomes = [ Answered 5 ]);
      that "the second is outstanding" (second.outcomes = [] && Requests.outstanding t = 1) )

let () =
  test "requests: a first life" first_life;
  test "requests: another life" next_life;
  test "requests: three lives" two_lives;
  test "requests: two, and another life" two_requests;
  test "requests: an answer, and the end" answer_and_end;
  test "requests: an answer, and another life" (answer_and_next ~repeats:true);
  test "requests: an answer, and another life, not repeating" (answer_and_next ~repeats:false);
  test "requests: two answers" two_answers;
  test "requests: a request, and the end" request_and_end;
  test "requests: a tag is used again" reuse;
  Explore.finish ()
