open Fs
module Names = Map.Make (String)
module Ids = Map.Make (Int)

type path = string list
type 'a answer = ('a, Errno.t) result

(* Files are numbers, as they may have several names; directories are where they stand. *)
type tree = Directory of tree Names.t | File of int
type t = { root : tree; bytes : string Ids.t; next : int }

let ( let* ) = Result.bind
let empty = { root = Directory Names.empty; bytes = Ids.empty; next = 0 }

let names_in = function Directory names -> Ok names | File _ -> Error Errno.ENOTDIR

let child tree name =
  let* names = names_in tree in
  Option.to_result (Names.find_opt name names) ~none:Errno.ENOENT

let rec find tree = function
  | [] -> Ok tree
  | name :: rest ->
      let* next = child tree name in
      find next rest

(* [f] gets what the name stood for, and gives what it shall. *)
let rec change tree path f =
  let* names = names_in tree in
  match path with
  | [] -> Error Errno.EINVAL
  | [ name ] ->
      let* after = f (Names.find_opt name names) in
      Ok (Directory (Names.update name (fun _ -> after) names))
  | name :: rest ->
      let* next = child tree name in
      let* after = change next rest f in
      Ok (Directory (Names.add name after names))

let on t path f =
  let* root = change t.root path f in
  Ok { t with root }

let fresh tree = function None -> Ok (Some tree) | Some _ -> Error Errno.EEXIST
let mkdir t path = on t path (fresh (Directory Names.empty))

let make t path =
  let* t' = on t path (fresh (File t.next)) in
  Ok { t' with bytes = Ids.add t.next "" t.bytes; next = t.next + 1 }

let unlink t path =
  on t path (function
    | None -> Error ENOENT
    | Some (Directory _) -> Error EISDIR
    | Some (File _) -> Ok None)

let rmdir t path =
  on t path (function
    | None -> Error ENOENT
    | Some (File _) -> Error ENOTDIR
    | Some (Directory names) -> if Names.is_empty names then Ok None else Error ENOTEMPTY)

let link t old path =
  let* found = find t.root old in
  on t path (fun there ->
      match (there, found) with
      | Some _, _ -> Error EEXIST
      | None, Directory _ -> Error EPERM
      | None, File _ -> Ok (Some found))

(* ---- rename ---- *)

let rec starts path ~with_ =
  match (path, with_) with
  | _, [] -> true
  | a :: path, b :: with_ -> a = b && starts path ~with_
  | [], _ -> false

let parent path = List.filteri (fun n _ -> n < List.length path - 1) path

let names_of t path =
  let* tree = find t.root path in
  names_in tree

let there t path =
  let* names = names_of t (parent path) in
  Ok (Names.find_opt (List.nth path (List.length path - 1)) names)

let fits node victim =
  match (node, victim) with
  | Directory _, File _ -> Error Errno.ENOTDIR
  | File _, Directory _ -> Error EISDIR
  | Directory _, Directory names when not (Names.is_empty names) -> Error ENOTEMPTY
  | _ -> Ok ()

let is_directory = function Directory _ -> true | File _ -> false
let place t path tree = on t path (fun _ -> Ok tree)

let rename t old path (how : Node.how) =
  let* source = there t old in
  let* target = there t path in
  let inside below above tree = is_directory tree && starts below ~with_:above in
  match (source, target, how) with
  | None, _, _ -> Error Errno.ENOENT
  | Some _, Some _, Keep -> Error EEXIST
  | Some _, None, Exchange -> Error ENOENT
  | Some node, _, _ when inside (parent path) old node -> Error EINVAL
  | _, Some other, _ when inside (parent old) path other ->
      Error (if how = Exchange then EINVAL else ENOTEMPTY)
  | Some (File a), Some (File b), _ when a = b -> Ok t
  | Some _, Some _, _ when old = path -> Ok t
  | Some node, Some other, Exchange ->
      let* t = place t old (Some other) in
      place t path (Some node)
  | Some node, target, _ ->
      let* () = Option.fold target ~none:(Ok ()) ~some:(fits node) in
      let* t = place t old None in
      place t path (Some node)

(* ---- bytes ---- *)

let file t path =
  let* tree = find t.root path in
  match tree with File id -> Ok id | Directory _ -> Error Errno.EISDIR

let zeros n = String.make n '\000'

let cut t path size =
  let* id = file t path in
  let text = Ids.find id t.bytes in
  let length = String.length text in
  let text = if size <= length then String.sub text 0 size else text ^ zeros (size - length) in
  Ok { t with bytes = Ids.add id text t.bytes }

let write t path ~at piece =
  let* id = file t path in
  let end_ = at + String.length piece in
  let* t = if String.length (Ids.find id t.bytes) < end_ then cut t path end_ else Ok t in
  let bytes = Bytes.of_string (Ids.find id t.bytes) in
  Bytes.blit_string piece 0 bytes at (String.length piece);
  Ok { t with bytes = Ids.add id (Bytes.to_string bytes) t.bytes }

let read t path =
  let* id = file t path in
  Ok (Ids.find id t.bytes)

let names t path =
  let* names = names_of t path in
  Ok (List.map fst (Names.bindings names))

let rec names_of_file id = function
  | File other -> if other = id then 1 else 0
  | Directory names -> Names.fold (fun _ tree sum -> sum + names_of_file id tree) names 0

let links t path =
  let* tree = find t.root path in
  match tree with
  | File id -> Ok (names_of_file id t.root)
  | Directory names ->
      Ok (Names.fold (fun _ tree n -> if is_directory tree then n + 1 else n) names 2)
