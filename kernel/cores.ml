type 'a promise = { mutex : Mutex.t; done_ : Condition.t; mutable result : ('a, exn * Printexc.raw_backtrace) result option }
type core = { mutex : Mutex.t; work : Condition.t; jobs : (unit -> unit) Queue.t }

let new_core () = { mutex = Mutex.create (); work = Condition.create (); jobs = Queue.create () }
let cores : core array Atomic.t = Atomic.make [||]
let count () = Array.length (Atomic.get cores) + 1

let next_job core =
  Mutex.protect core.mutex (fun () ->
      while Queue.is_empty core.jobs do
        Condition.wait core.work core.mutex
      done;
      Queue.pop core.jobs)

let rec serve core : unit =
  next_job core ();
  serve core

let start () =
  let others = Array.length (Hal.Machine.cores ()) - 1 in
  Atomic.set cores (Array.init others (fun _ -> new_core ()));
  Array.iter (fun core -> ignore (Domain.spawn (fun () -> serve core) : unit Domain.t)) (Atomic.get cores)

let run f =
  match f () with v -> Ok v | exception e -> Error (e, Printexc.get_raw_backtrace ())

let complete (p : _ promise) result =
  Mutex.protect p.mutex (fun () ->
      p.result <- Some result;
      Condition.broadcast p.done_)

let on index f =
  let all = Atomic.get cores in
  if index < 1 || index > Array.length all then invalid_arg "Cores.on: no such core";
  let core = all.(index - 1) in
  let p : _ promise = { mutex = Mutex.create (); done_ = Condition.create (); result = None } in
  Mutex.protect core.mutex (fun () ->
      Queue.push (fun () -> complete p (run f)) core.jobs;
      Condition.signal core.work);
  p

let wait (p : _ promise) =
  Mutex.protect p.mutex (fun () ->
      while Option.is_none p.result do
        Condition.wait p.done_ p.mutex
      done;
      Option.get p.result)

let value = function Ok v -> v | Error (e, backtrace) -> Printexc.raise_with_backtrace e backtrace
let await p = value (wait p)

let everywhere f =
  let others = List.init (count () - 1) (fun i -> on (i + 1) (fun () -> f (i + 1))) in
  let here = run (fun () -> f 0) in
  let results = here :: List.map wait others in
  List.map value results
