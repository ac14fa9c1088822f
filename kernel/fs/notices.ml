let access = 0x1
let modify = 0x2
let attrib = 0x4
let close_write = 0x8
let close_nowrite = 0x10
let open_ = 0x20
let moved_from = 0x40
let moved_to = 0x80
let create = 0x100
let delete = 0x200
let delete_self = 0x400
let move_self = 0x800
let is_directory = 0x40000000
let excl_unlink = 0x04000000

type mark = {
  node : Node.t;
  number : int;
  mask : int Atomic.t;
  tell : int -> cookie:int -> name:string -> unit;
  gone : unit -> unit;
}

(* ---- which there are: by file system and node ---- *)

module Keys = Map.Make (struct
  type t = int * int

  let compare (a, b) (a', b') = match Int.compare b b' with 0 -> Int.compare a a' | order -> order
end)

let marks : mark list Keys.t Atomic.t = Atomic.make Keys.empty
let key (node : Node.t) = (node.system.id, node.same)
let any () = not (Keys.is_empty (Atomic.get marks))
let of_key key = Option.value (Keys.find_opt key (Atomic.get marks)) ~default:[]
let on node = of_key (key node)
let has_marks node = any () && Keys.mem (key node) (Atomic.get marks)

let rec change key f =
  let before = Atomic.get marks in
  let after = Keys.update key f before in
  if not (Atomic.compare_and_set marks before after) then change key f

let add mark = change (key mark.node) (fun found -> Some (mark :: Option.value found ~default:[]))

let remove mark =
  let without found =
    match List.filter (fun other -> other != mark) found with [] -> None | rest -> Some rest
  in
  change (key mark.node) (fun found -> Option.bind found without)

(* ---- telling ---- *)

let tell_mark bits ~cookie ~name mark =
  if Atomic.get mark.mask land bits land lnot is_directory <> 0 then mark.tell bits ~cookie ~name

let is_names (node : Node.t) = match node.body with Names _ -> true | Target _ | Plain -> false
let with_kind node bits = if is_names node then bits lor is_directory else bits
let has bits mask = mask land bits <> 0

(* Directories' own events of these two kinds do not say that it is one. *)
let tell_own node bits =
  let bits = if has (delete_self lor move_self) bits then bits else with_kind node bits in
  List.iter (tell_mark bits ~cookie:0 ~name:"") (on node)

let tell node bits = if any () then tell_own node bits

let tell_in directory name node ?(cookie = 0) ?(unlinked = false) bits =
  let tell mark =
    if not (unlinked && has excl_unlink (Atomic.get mark.mask)) then
      tell_mark (with_kind node bits) ~cookie ~name mark
  in
  List.iter tell (on directory)

let tell_named directory name node bits = if any () then tell_in directory name node bits

(* ---- where a node is ---- *)

type home = { directory : Node.t; name : string; unlinked : bool }

let same_node = Mounts.same_node

let found_there (directory : Node.t) name node =
  match directory.body with
  | Target _ | Plain -> false
  | Names names -> (
      match names.find name with Ok found -> same_node found node | Error _ -> false)

let has_no_name (node : Node.t) =
  match node.stat () with Ok stat -> stat.links = 0 | Error _ -> true

let entries_at_once = 64
let most_entries = 65536
let most_entries_elsewhere = 4096

(* Its name there, and how many entries may be looked at after that. *)
let rec name_in (directory : Node.directory) inode from ~left =
  match directory.entries ~from ~most:entries_at_once with
  | Error _ | Ok [] -> (None, left)
  | Ok _ when left <= 0 -> (None, 0)
  | Ok entries -> (
      let is_it (e : Node.entry) = e.inode = inode && e.name <> "." && e.name <> ".." in
      let left = left - List.length entries in
      match List.find_opt is_it entries with
      | Some { name; _ } -> (Some name, left)
      | None ->
          name_in directory inode (List.nth entries (List.length entries - 1)).next ~left)

let home directory name = { directory; name; unlinked = false }

let rec home_among (node : Node.t) inode directories ~left =
  match Seq.uncons directories with
  | None -> None
  | Some _ when left <= 0 -> None
  | Some ((directory : Node.t), rest) -> (
      match directory.body with
      | Names names when directory.system.id = node.system.id -> (
          match name_in names inode 0 ~left with
          | Some name, _ -> Some (home directory name)
          | None, left -> home_among node inode rest ~left)
      | _ -> home_among node inode rest ~left:(left - 1))

(* Any directory with marks that has it, if it is found soon: for what has been renamed. *)
let home_of_moved (node : Node.t) =
  let directory (_, found) = (List.hd found).node in
  let directories = Seq.map directory (Keys.to_seq (Atomic.get marks)) in
  match node.stat () with
  | Ok { inode; _ } -> home_among node inode directories ~left:most_entries_elsewhere
  | Error _ -> None

let home_of_file (place : Mounts.place) =
  match place.name with
  | None -> None
  | Some ({ node = directory; _ }, name) ->
      if found_there directory name place.node then Some (home directory name)
      else if has_no_name place.node then Some { directory; name; unlinked = true }
      else home_of_moved place.node

let home_of_directory node (names : Node.directory) =
  let directory = names.parent () in
  match (directory.body, node.Node.stat ()) with
  | Names above, Ok stat when has_marks directory && not (same_node directory node) ->
      Option.map (home directory) (fst (name_in above stat.inode 0 ~left:most_entries))
  | _ -> None

let home_of (place : Mounts.place) =
  match place.node.body with
  | Names names -> home_of_directory place.node names
  | Target _ | Plain -> home_of_file place

let tell_place (place : Mounts.place) bits =
  if any () then begin
    let node = place.node in
    let tell { directory; name; unlinked } = tell_in directory name node ~unlinked bits in
    Option.iter tell (home_of place);
    tell_own node bits
  end

(* ---- names that move, and nodes that end ---- *)

let cookies = Atomic.make 1

let moved (from, name) (into, name') node =
  if any () then begin
    let cookie = Atomic.fetch_and_add cookies 1 land 0xffffffff in
    tell_in from name node ~cookie moved_from;
    tell_in into name' node ~cookie moved_to;
    tell_own node move_self
  end

let gone ~system same =
  if any () then begin
    let ended = of_key (system, same) in
    change (system, same) (fun _ -> None);
    List.iter (tell_mark delete_self ~cookie:0 ~name:"") ended;
    List.iter (fun mark -> mark.gone ()) ended
  end
