open Fs

let ( let* ) = Result.bind
let nobodys () = (0, 0)

(* ---- links ---- *)

let caller () = Option.to_result (Process.current ()) ~none:Errno.ENOENT
let own_id () = Result.map (fun (t : Process.thread) -> string_of_int t.process.pid) (caller ())

let own_thread () =
  let text (t : Process.thread) = Printf.sprintf "%d/task/%d" t.process.pid t.tid in
  Result.map text (caller ())

let links =
  [
    ("self", own_id);
    ("thread-self", own_thread);
    ("mounts", fun () -> Ok "self/mounts");
  ]

(* ---- what is always there ---- *)

type fixed = {
  name : string;
  kind : Node.kind;
  make : inode:int -> parent:(unit -> Node.t) -> Node.t;
}

let about inode mode = { Proc_node.inode; mode; owner = nobodys }

let of_link (name, text) =
  { name; kind = Symlink; make = (fun ~inode ~parent:_ -> Proc_node.link (about inode 0o777) text) }

let of_file (name, tell) =
  let make ~inode ~parent:_ = Proc_node.text (about inode 0o444) (fun () -> Ok (tell ())) in
  { name; kind = Regular; make }

let settings =
  let make ~inode:_ ~parent = Proc_settings.directory ~parent in
  { name = "sys"; kind = Directory; make }

let fixed = List.map of_link links @ List.map of_file Proc_system.files @ [ settings ]
let first_inode = 2

let fixed_entry position item =
  { Proc_node.name = item.name; kind = item.kind; number = first_inode + position; position }

(* ---- processes ---- *)

let first_process = 1000

let process_entry (p : Process.t) =
  {
    Proc_node.name = string_of_int p.pid;
    kind = Directory;
    number = Proc_process.number p;
    position = first_process + p.pid;
  }

let number_of name =
  match int_of_string_opt name with
  | Some n when n > 0 && string_of_int n = name -> Ok n
  | _ -> Error Errno.ENOENT

(* A thread's number leads to its process, but is not listed. *)
let process_of id =
  Process.locked @@ fun () ->
  match (Process.find id, Process.find_thread id) with
  | (Some _ as found), _ -> Option.to_result found ~none:Errno.ENOENT
  | None, Some thread -> Ok thread.process
  | None, None -> Error Errno.ENOENT

let entries () =
  let processes = Process.locked Process.all in
  Ok (List.mapi fixed_entry fixed @ List.map process_entry processes)

let find name ~self =
  let parent () = self in
  match List.find_index (fun item -> item.name = name) fixed with
  | Some position ->
      Ok ((List.nth fixed position).make ~inode:(first_inode + position) ~parent)
  | None ->
      let* id = number_of name in
      let* process = process_of id in
      Ok (Proc_process.directory process ~parent)

let root () =
  let rec root = lazy (Proc_node.directory Proc_node.root ~parent:itself ~entries find)
  and itself () = Lazy.force root in
  itself ()
