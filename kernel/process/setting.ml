type t = { name : string; default : int }

let named ?(default = 0) name = { name; default }
let subreaper = named "subreaper"
let death_signal = named "parent's death"
let dumpable = named "dumpable" ~default:1
let no_new_privileges = named "no new privileges"
let timer_slack = named "timer slack" ~default:50_000
let nice = named "nice"
let memory_score = named "memory score"
let inherited = [ dumpable; no_new_privileges; timer_slack; nice; memory_score ]

let get (p : Process.t) t = Option.value (List.assoc_opt t.name p.keys) ~default:t.default
let set (p : Process.t) t value = p.keys <- (t.name, value) :: List.remove_assoc t.name p.keys
let reset (p : Process.t) t = p.keys <- List.remove_assoc t.name p.keys

let inherit_all (p : Process.t) ~from:(parent : Process.t) =
  let is_inherited (name, _) = List.exists (fun t -> t.name = name) inherited in
  p.keys <- List.filter is_inherited parent.keys
