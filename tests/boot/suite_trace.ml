let test name about run : Commands.test = { name; about; run }
let check ok format = Printf.ksprintf (fun what -> if ok then Ok () else Error what) format

(* Our own events: fibers of these numbers, which no scheduler has. *)
let base = 1 lsl 40
let is_ours core (e : Hal.Trace.event) = e.core = core && e.kind = Fiber_steal && e.subject >= base
let mark n = Hal.Trace.record Fiber_steal ~subject:(base + n) ~argument:n

(* Enough to see that the latest are there: all may be so many that reading them in one turn makes
   a hog. *)
let enough = 5_000
let cores () = List.init (Sched.cores ()) Fun.id

(* Runs [work] on every core while recording; its results, and each core's latest events. *)
let recorded work =
  match Hal.Trace.start () with
  | Error e -> Error (Format.asprintf "%a" Hal.Trace.pp_error e)
  | Ok () ->
      let results = Sched.everywhere work in
      Hal.Trace.stop ();
      Ok (results, List.map (fun core -> Hal.Trace.latest_on ~core enough) (cores ()))

let rec ascending = function
  | (a : Hal.Trace.event) :: (b :: _ as rest) -> a.time_ns <= b.time_ns && ascending rest
  | _ -> true

let rec consecutive = function
  | (a : Hal.Trace.event) :: (b :: _ as rest) -> b.subject = a.subject + 1 && consecutive rest
  | _ -> true

let last list = List.nth list (List.length list - 1)

(* Whether a core's own events, [n] of them in turn, are there to the last one and in order. *)
let is_right n core events =
  match List.filter (is_ours core) events with
  | [] -> false
  | ours -> consecutive ours && (last ours).argument = n - 1 && ascending events

let names cores = String.concat ", " (List.map string_of_int cores)

let check_cores by_core n =
  let right = List.mapi (is_right n) by_core in
  let wrong = List.filter (fun core -> not (List.nth right core)) (cores ()) in
  check (wrong = []) "events are missing or out of order on cores %s" (names wrong)

let bind = Result.bind

let records () =
  let work _ = for n = 0 to 9 do mark n done in
  bind (recorded work) (fun (_, by_core) ->
      let ours = List.concat (List.mapi (fun core -> List.filter (is_ours core)) by_core) in
      if List.length ours <> 10 * Sched.cores () then
        Error (Printf.sprintf "%d of %d events are there" (List.length ours) (10 * Sched.cores ()))
      else check_cores by_core 10)

(* More than fits: the latest stay, and each that is gone is counted. *)
let overwrites () =
  let rounds = ref 0 in
  let work _ =
    let n = 3 * Hal.Trace.capacity () in
    rounds := n;
    for i = 0 to n - 1 do mark i done
  in
  bind (recorded work) (fun (_, by_core) ->
      let lost = Hal.Trace.lost () and kept = Hal.Trace.recorded () - Hal.Trace.lost () in
      if lost < 2 * Hal.Trace.capacity () * Sched.cores () then
        Error (Printf.sprintf "only %d events were counted as overwritten" lost)
      else if kept <> (Hal.Trace.capacity () - 1) * Sched.cores () then
        Error (Printf.sprintf "%d events are kept" kept)
      else check_cores by_core !rounds)

(* Interrupts record into the same buffer as what they interrupt: none of either is lost. The marks
   of a round fit into the default buffer, so all of them are there. *)
let rounds = 20
let marks = 3_000

let is_timer (e : Hal.Trace.event) = e.kind = Timer

let round_under_ticks () =
  let work _ =
    Hal.Probe.tick ~hz:20_000;
    for n = 0 to marks - 1 do mark n done;
    Hal.Probe.stop_ticks ()
  in
  let check_round (ticks, by_core) =
    let seen = List.length (List.filter is_timer (List.concat by_core)) in
    if seen < List.fold_left ( + ) 0 ticks then
      Error (Printf.sprintf "only %d timer interrupts are there" seen)
    else check_cores by_core marks
  in
  bind (recorded work) check_round

let under_ticks () =
  let one_more so_far _ = bind so_far (fun () -> Picos.Fiber.yield (); round_under_ticks ()) in
  List.fold_left one_more (Ok ()) (List.init rounds Fun.id)

let phases () =
  let work core = if core = 0 then Gc.minor () in
  bind (recorded work) (fun (_, by_core) ->
      let begun (e : Hal.Trace.event) = e.kind = Gc_begin in
      let collected core = List.exists begun (List.nth by_core core) in
      let missing = List.filter (fun core -> not (collected core)) (cores ()) in
      check (missing = []) "no collection on cores %s" (names missing))

let off () =
  Hal.Trace.stop ();
  let before = Hal.Trace.recorded () in
  ignore (Sched.everywhere (fun _ -> mark 0) : unit list);
  let reason = Hal.Trace.reason "a test" in
  check (Hal.Trace.recorded () = before && reason = 0) "something was recorded"

let sizes () =
  let refused events = Result.is_error (Hal.Trace.start ~events ()) in
  let senseless = [ -1; 1; Hal.Trace.least - 1; Hal.Trace.most + 1; max_int ] in
  check (List.for_all refused senseless) "a size that makes no sense was accepted"

let reasons () =
  let in_words = Format.asprintf "%a" Hal.Trace.pp_error in
  bind (Result.map_error in_words (Hal.Trace.start ())) (fun () ->
      let first = Hal.Trace.reason "first" and second = Hal.Trace.reason "second" in
      let again = Hal.Trace.reason "first" and unsaid = Hal.Trace.reason "" in
      Hal.Trace.stop ();
      check
        (first > 0 && second > 0 && first <> second && again = first && unsaid = 0)
        "reasons have the numbers %d, %d, again %d, unsaid %d" first second again unsaid)

let all =
  [
    test "trace-records" "what each core records is there, in order" records;
    test "trace-overwrites" "the latest events stay, the others are counted" overwrites;
    test "trace-under-ticks" "interrupts record beside what they interrupt" under_ticks;
    test "trace-collections" "a collection is recorded on every core" phases;
    test "trace-off" "nothing is recorded while recording is off" off;
    test "trace-sizes" "buffers of no sensible size are refused" sizes;
    test "trace-reasons" "each reason to wait has one number" reasons;
  ]
