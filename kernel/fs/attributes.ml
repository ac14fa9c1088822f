let ( let* ) = Result.bind
let set_uid = 0o4000
let set_gid = 0o2000
let group_execute = 0o0010
let if_writable (node : Node.t) = if node.system.read_only then Error Errno.EROFS else Ok ()
let may_set_group who gid = Credentials.(is_root who || in_group who gid)

let chmod who (node : Node.t) mode =
  let* () = if_writable node in
  let* stat = node.stat () in
  if not (Credentials.owns who stat) then Error Errno.EPERM
  else
    let mode = mode land 0o7777 in
    node.change [ Mode (if may_set_group who stat.gid then mode else mode land lnot set_gid) ]

(* ---- owners ---- *)

let may_own (who : Credentials.t) (stat : Node.stat) ~uid ~gid =
  Credentials.is_root who
  || Option.fold uid ~none:true ~some:(fun uid -> stat.uid = who.uid && uid = stat.uid)
     && Option.fold gid ~none:true ~some:(fun gid ->
            stat.uid = who.uid && (gid = stat.gid || Credentials.in_group who gid))

(* A new owner gets no program that runs as the old one. *)
let tamed who (stat : Node.stat) =
  let is_group's = stat.mode land group_execute <> 0 || not (may_set_group who stat.gid) in
  if stat.kind = Directory then stat.mode
  else stat.mode land lnot (set_uid lor if is_group's then set_gid else 0)

let chown who (node : Node.t) ~uid ~gid =
  let* () = if_writable node in
  let* stat = node.stat () in
  let mode = tamed who stat in
  if not (may_own who stat ~uid ~gid && (mode = stat.mode || Credentials.owns who stat)) then
    Error Errno.EPERM
  else
    let uid = Option.value uid ~default:stat.uid and gid = Option.value gid ~default:stat.gid in
    node.change (Owner { uid; gid } :: (if mode = stat.mode then [] else [ Mode mode ]))

(* ---- times ---- *)

type time = Now | At of Node.stamp | Omit

let may_touch who node stat ~accessed ~modified =
  match (accessed, modified) with
  | Now, Now when not (Credentials.owns who stat) -> Credentials.(check who node write)
  | _ -> if Credentials.owns who stat then Ok () else Error Errno.EPERM

let utimens who (node : Node.t) ~accessed ~modified ~now =
  if accessed = Omit && modified = Omit then Ok ()
  else
    let* () = if_writable node in
    let* stat = node.stat () in
    let* () = may_touch who node stat ~accessed ~modified in
    let at time make =
      match time with Now -> [ make now ] | At stamp -> [ make stamp ] | Omit -> []
    in
    node.change (at accessed (fun s -> Node.Accessed s) @ at modified (fun s -> Node.Modified s))

(* ---- the rest ---- *)

let tame (who : Credentials.t) (node : Node.t) =
  if Credentials.is_root who then Ok []
  else
    let* stat = node.stat () in
    let mode = if stat.kind = Regular then tamed who stat else stat.mode in
    Ok (if mode = stat.mode then [] else [ Node.Mode mode ])

let written who (node : Node.t) =
  match tame who node with Ok (_ :: _ as changes) -> ignore (node.change changes) | _ -> ()

let resize who (node : Node.t) size =
  let* tamed = tame who node in
  node.change (Size size :: tamed)

let truncate who (node : Node.t) size =
  let* stat = node.stat () in
  match stat.kind with
  | _ when size < 0 -> Error Errno.EINVAL
  | Directory -> Error EISDIR
  | Regular ->
      let* () = if_writable node in
      let* () = Credentials.(check who node write) in
      resize who node size
  | Symlink | Character | Block | Fifo | Socket -> Error EINVAL

let access who node wants =
  if wants land lnot 7 <> 0 then Error Errno.EINVAL else Credentials.check who node wants

let readlink (node : Node.t) =
  match node.body with Target target -> target.text () | Names _ | Plain -> Error Errno.EINVAL
