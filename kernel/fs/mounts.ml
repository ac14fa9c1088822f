type place = { node : Node.t; mount : mount; name : (place * string) option }
and mount = { root : Node.t; on : place option }

type Node.destination += Place of place

(* By what they are mounted on: a file system and a node of it. *)
module By_node = Map.Make (struct
  type t = int * int

  let compare = compare
end)

type t = { first : mount; mounted : mount By_node.t Atomic.t }

let key (node : Node.t) = (node.system.id, node.same)
let create root = { first = { root; on = None }; mounted = Atomic.make By_node.empty }
let same_node a b = key a = key b
let same a b = same_node a.node b.node && a.mount == b.mount
let within place node = { place with node; name = None }

let found directory name (node : Node.t) =
  match node.body with
  | Names _ -> within directory node
  | Target _ | Plain -> { directory with node; name = Some (directory, name) }

let find t node = By_node.find_opt (key node) (Atomic.get t.mounted)

let rec down t place =
  match find t place.node with
  | None -> place
  | Some mount -> down t { node = mount.root; mount; name = None }

let root t = down t { node = t.first.root; mount = t.first; name = None }
let is_mounted_on t node = Option.is_some (find t node)
let is_root_of_mount place = same_node place.node place.mount.root

let rec update t f =
  let before = Atomic.get t.mounted in
  match f before with
  | Error _ as e -> e
  | Ok after -> if Atomic.compare_and_set t.mounted before after then Ok () else update t f

let is_directory (node : Node.t) = match node.body with Names _ -> true | _ -> false

let add t place node =
  let place = down t place in
  if not (is_directory place.node && is_directory node) then Error Errno.ENOTDIR
  else
    let mount = { root = node; on = Some place } in
    update t (fun mounts -> Ok (By_node.add (key place.node) mount mounts))

let is_within mount (other : mount) =
  match other.on with Some place -> place.mount == mount | None -> false

let remove t place =
  match place.mount.on with
  | Some on when is_root_of_mount place ->
      update t (fun mounts ->
          let within _ other = is_within place.mount other in
          if By_node.exists within mounts then Error Errno.EBUSY
          else Ok (By_node.remove (key on.node) mounts))
  | Some _ | None -> Error Errno.EINVAL

let list t = t.first :: List.map snd (By_node.bindings (Atomic.get t.mounted))
