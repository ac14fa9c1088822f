open Process

let members group = List.filter (fun (p : Process.t) -> p.group = group) (all ())
let is_stopped (p : Process.t) = match p.state with Stopped _ -> true | _ -> false

let is_orphaned group session =
  List.for_all
    (fun (p : Process.t) ->
      match (p.state, p.parent) with
      | Ended _, _ | _, None -> true
      | _, Some parent -> parent.group = group || parent.session <> session)
    (members group)

let stopped (p : Process.t) ~groups =
  List.concat_map
    (fun group ->
      let members = members group in
      if List.exists is_stopped members && is_orphaned group p.session then members else [])
    groups

let tell p =
  Signals.send p { signal = Signal.hup; cause = Kernel };
  Signals.send p { signal = Signal.cont; cause = Kernel }
