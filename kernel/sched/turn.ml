[@@@alert "-handler"] (* as Core's *)

type t = {
  task : Core.task;
  mutable began : int; (* in ticks: the turn that [ends_ns] is of *)
  mutable deadline : int; (* of the core's, as [ends_ns] knows it *)
  mutable ends_ns : int;
}

let own () = { task = Effects.this (); began = -1; deadline = 0; ends_ns = 0 }
let core t = t.task.core.index

let slice_ns { Task.terms; share; _ } =
  match terms.kind with
  | Drivers -> max_int
  | Virtual | Local ->
      if terms.quota_ns = 0 then Fair.slice_ns
      else Int.max 1 (Int.min Fair.slice_ns (terms.quota_ns - share.used_ns))

let renew t (core : Core.t) =
  let slice = slice_ns t.task and next = core.deadlines.next in
  let slice_ends = if slice = max_int then max_int else Core.now_ns core + slice in
  t.began <- core.since;
  t.deadline <- next;
  t.ends_ns <-
    (if next = max_int then slice_ends else Int.min slice_ends (Hal.Core.ns_of_ticks next));
  t.ends_ns

let ends_ns t =
  let core = t.task.core in
  if core.since = t.began && core.deadlines.next = t.deadline then t.ends_ns else renew t core
