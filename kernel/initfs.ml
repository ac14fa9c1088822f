module Names = Map.Make (String)

type file = { archive : Hal.Machine.contents; offset : int; bytes : int }
type node = Directory of (string * node) list | File of file
type error = No_such_file of string | Not_a_directory of string | Is_a_directory of string

let pp_error ppf = function
  | No_such_file path -> Format.fprintf ppf "%s: no such file or directory" path
  | Not_a_directory path -> Format.fprintf ppf "%s: not a directory" path
  | Is_a_directory path -> Format.fprintf ppf "%s: is a directory" path

type tree = Leaf of file | Link of string | Branch of tree Names.t
type t = tree

let empty = Branch Names.empty
let links_followed = 16

(* A later entry of the same name replaces an earlier one; directories in between come into
   being. *)
let rec insert tree path leaf =
  let names = match tree with Branch names -> names | Leaf _ | Link _ -> Names.empty in
  match path with
  | [] -> leaf
  | [ name ] -> (
      match (leaf, Names.find_opt name names) with
      | Branch _, Some (Branch _) -> Branch names
      | _ -> Branch (Names.add name leaf names))
  | name :: rest ->
      let child = Option.value (Names.find_opt name names) ~default:empty in
      Branch (Names.add name (insert child rest leaf) names)

let of_archive archive =
  let add tree (entry : Ustar.entry) =
    let leaf =
      match entry.kind with
      | Directory -> empty
      | Symlink target -> Link target
      | File { offset; size } -> Leaf { archive; offset; bytes = size }
    in
    insert tree entry.path leaf
  in
  Result.map (List.fold_left add empty) (Ustar.entries archive)

let names_of path = List.filter (fun n -> n <> "" && n <> ".") (String.split_on_char '/' path)

(* [above] are the directories from the root to where we are, innermost first. *)
let rec walk root above names ~path ~links =
  match (names, above) with
  | [], here :: _ -> Ok here
  | ".." :: rest, [ _ ] -> walk root above rest ~path ~links
  | ".." :: rest, _ :: outer -> walk root outer rest ~path ~links
  | name :: rest, Branch children :: _ -> (
      match Names.find_opt name children with
      | None -> Error (No_such_file path)
      | Some (Link _) when links = 0 -> Error (No_such_file path)
      | Some (Link target) ->
          let above = if String.starts_with ~prefix:"/" target then [ root ] else above in
          walk root above (names_of target @ rest) ~path ~links:(links - 1)
      | Some child -> walk root (child :: above) rest ~path ~links)
  | _ :: _, _ -> Error (Not_a_directory path)
  | [], [] -> Error (No_such_file path)

let rec node_of = function
  | Leaf file -> File file
  | Link _ -> Directory []
  | Branch children ->
      Directory (List.map (fun (name, child) -> (name, node_of child)) (Names.bindings children))

let find root path =
  Result.map node_of (walk root [ root ] (names_of path) ~path ~links:links_followed)

let size file = file.bytes
let read file = Ustar.read file.archive ~offset:file.offset ~size:file.bytes

let read_file root path =
  match find root path with
  | Ok (File file) -> Ok (read file)
  | Ok (Directory _) -> Error (Is_a_directory path)
  | Error e -> Error e
