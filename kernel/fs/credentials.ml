type t = { uid : int; gid : int; groups : int list }

let root = { uid = 0; gid = 0; groups = [] }
let is_root t = t.uid = 0
let in_group t gid = t.gid = gid || List.mem gid t.groups
let owns t (stat : Node.stat) = is_root t || t.uid = stat.uid
let read = 4
let write = 2
let execute = 1
let any_execute = 0o111

let as_root (stat : Node.stat) wants =
  wants land execute = 0 || stat.kind = Directory || stat.mode land any_execute <> 0

let may t (stat : Node.stat) wants =
  let bits =
    if t.uid = stat.uid then stat.mode lsr 6
    else if in_group t stat.gid then stat.mode lsr 3
    else stat.mode
  in
  lnot bits land wants land 7 = 0 || (is_root t && as_root stat wants)

let is_kept_from_writing (node : Node.t) (stat : Node.stat) =
  node.system.read_only
  && match stat.kind with Regular | Directory | Symlink -> true | _ -> false

let check_stat t (node : Node.t) stat wants =
  if wants land write <> 0 && is_kept_from_writing node stat then Error Errno.EROFS
  else if may t stat wants then Ok ()
  else Error Errno.EACCES

let check t (node : Node.t) wants =
  Result.bind (node.stat ()) (fun stat -> check_stat t node stat wants)
