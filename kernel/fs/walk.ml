open Mounts

type t = {
  mounts : Mounts.t;
  root : place;
  here : place;
  credentials : Credentials.t;
  umask : int;
}

let ( let* ) = Result.bind

let create mounts =
  let root = Mounts.root mounts in
  { mounts; root; here = root; credentials = Credentials.root; umask = 0o022 }

let path_max = 4095
let name_max = 255
let links_max = 40

type last = Name of string | Dot | Dot_dot | Root
type spot = { directory : place; last : last; slash : bool; links : int }

(* ---- steps ---- *)

let rec up t place =
  if same place t.root then place
  else if is_root_of_mount place then
    match place.mount.on with None -> place | Some on -> up t on
  else
    match place.node.body with
    | Names directory -> down t.mounts (within place (directory.parent ()))
    | Target _ | Plain -> place

(* In a removed directory there is no name of any length. *)
let too_long (node : Node.t) =
  let* stat = node.stat () in
  Error (if stat.links = 0 then Errno.ENOENT else Errno.ENAMETOOLONG)

let look place name =
  match place.node.body with
  | Names _ when String.length name > name_max -> too_long place.node
  | Names directory -> directory.find name
  | Target _ | Plain -> Error Errno.ENOTDIR

let enter t place last =
  match last with
  | Dot | Root -> Ok place
  | Dot_dot -> Ok (up t place)
  | Name name ->
      let* node = look place name in
      Ok (down t.mounts (found place name node))

let may_search t place =
  match place.node.body with
  | Names _ when Credentials.is_root t.credentials -> Ok ()
  | Names _ -> Credentials.check t.credentials place.node Credentials.execute
  | Target _ | Plain -> Error Errno.ENOTDIR

(* ---- along a path ---- *)

let rec skip_slashes path at =
  if at < String.length path && path.[at] = '/' then skip_slashes path (at + 1) else at

let last_of = function "." -> Dot | ".." -> Dot_dot | name -> Name name

let checked path =
  if path = "" then Error Errno.ENOENT
  else if String.length path > path_max then Error Errno.ENAMETOOLONG
  else Ok ()

type led = To of string | To_place of place

let target_of (target : Node.target) ~links =
  if links = 0 then Error Errno.ELOOP
  else
    match target.leads with
    | None ->
        let* text = target.text () in
        if text = "" then Error Errno.ENOENT else Ok (To text)
    | Some leads -> (
        let* destination = leads () in
        match destination with Place place -> Ok (To_place place) | _ -> Error Errno.ENXIO)

let rec begin_at t place path ~links =
  let place = if path.[0] = '/' then t.root else place in
  let at = skip_slashes path 0 in
  if at = String.length path then Ok { directory = place; last = Root; slash = true; links }
  else along t place path at ~links

and along t place path at ~links =
  let* () = may_search t place in
  let length = String.length path in
  let stop = Option.value (String.index_from_opt path at '/') ~default:length in
  let last = last_of (String.sub path at (stop - at)) in
  let next = skip_slashes path stop in
  if next = length then Ok { directory = place; last; slash = next > stop; links }
  else
    let* found = enter t place last in
    go_on t place found path next ~links

and go_on t place found path next ~links =
  match found.node.body with
  | Names _ -> along t found path next ~links
  | Plain -> Error Errno.ENOTDIR
  | Target target -> (
      let* led = target_of target ~links in
      match led with
      | To_place found -> go_on t place found path next ~links:(links - 1)
      | To text ->
          let rest = String.sub path next (String.length path - next) in
          begin_at t place (text ^ "/" ^ rest) ~links:(links - 1))

let spot t ?(start = t.here) path =
  let* () = checked path in
  begin_at t start path ~links:links_max

let step t spot = enter t spot.directory spot.last

type followed = Spot of spot | There of place

let follow t spot target =
  let* led = target_of target ~links:spot.links in
  match led with
  | To_place place -> Ok (There place)
  | To text ->
      let path = if spot.slash then text ^ "/" else text in
      Result.map (fun spot -> Spot spot) (begin_at t spot.directory path ~links:(spot.links - 1))

let arrived spot found =
  match found.node.body with
  | Names _ -> Ok found
  | Target _ | Plain -> if spot.slash then Error Errno.ENOTDIR else Ok found

let rec finish t spot ~follow:wanted =
  let* found = step t spot in
  match found.node.body with
  | Target target when wanted || spot.slash -> (
      let* followed = follow t spot target in
      match followed with
      | Spot spot -> finish t spot ~follow:wanted
      | There found -> arrived spot found)
  | Names _ | Target _ | Plain -> arrived spot found

let resolve t ?start ?(follow = true) path =
  let* spot = spot t ?start path in
  finish t spot ~follow

(* ---- back to a path ---- *)

let same_entry (node : Node.t) (directory : Node.directory) (entry : Node.entry) =
  let is_directory = match node.body with Names _ -> true | Target _ | Plain -> false in
  (entry.kind = Directory) = is_directory
  && (not (List.mem entry.name [ "."; ".." ]))
  && match directory.find entry.name with Ok found -> same_node found node | Error _ -> false

let name_in node (directory : Node.directory) =
  let rec go from =
    let* entries = directory.entries ~from ~most:64 in
    match (List.find_opt (same_entry node directory) entries, List.rev entries) with
    | Some entry, _ -> Ok entry.name
    | None, [] -> Error Errno.ENOENT
    | None, last :: _ -> go last.next
  in
  go 0

let rec path_to t place below =
  if same place t.root then Ok ("/" ^ String.concat "/" below)
  else if is_root_of_mount place then
    match place.mount.on with None -> Error Errno.ENOENT | Some on -> path_to t on below
  else
    match place.node.body with
    | Target _ | Plain -> Error Errno.ENOTDIR
    | Names directory -> path_in t place (within place (directory.parent ())) below

and path_in t place parent below =
  match parent.node.body with
  | Target _ | Plain -> Error Errno.ENOTDIR
  | Names names ->
      let* name = name_in place.node names in
      path_to t parent (name :: below)

let has directory name node =
  match look directory name with Ok found -> same_node found node | Error _ -> false

let path t place =
  match place.name with
  | None -> path_to t place []
  | Some (directory, name) when has directory name place.node -> path_to t directory [ name ]
  | Some (directory, _) -> path_in t place directory []
