[@@@alert "-handler"] (* as Core's *)

type t = {
  task : Core.task;
  mutable began : int; (* in ticks, as all here: the turn that [ends] is of *)
  mutable deadline : int; (* of the core's, as [ends] knows it *)
  mutable ends : int;
}

let own () = { task = Effects.this (); began = -1; deadline = 0; ends = 0 }
let core t = t.task.core.index

let span ns =
  let later = 1_000_000_000 in
  Hal.Core.(ticks_of_ns (later + ns) - ticks_of_ns later)

let usual_slice = lazy (span Fair.slice_ns)

let slice { Task.terms; share; _ } =
  match terms.kind with
  | Drivers -> max_int
  | Virtual | Local ->
      if terms.quota_ns = 0 then Lazy.force usual_slice
      else span (Int.max 1 (Int.min Fair.slice_ns (terms.quota_ns - share.used_ns)))

let renew t (core : Core.t) =
  let slice = slice t.task and next = core.deadlines.next in
  t.began <- core.since;
  t.deadline <- next;
  t.ends <- (if slice = max_int then next else Int.min (core.since + slice) next);
  t.ends

let ends t =
  let core = t.task.core in
  if core.since = t.began && core.deadlines.next = t.deadline then t.ends else renew t core
