open Fs
module Subject = Proc_subject

let ( let* ) = Result.bind

(* A number for each name of each process or thread, and for each descriptor in fd and fdinfo. *)
let inode (t : Subject.t) ~index =
  (Subject.id t lsl 40) lor (Bool.to_int (t.thread <> None) lsl 39) lor (index lsl 32)

type item = {
  name : string;
  kind : Node.kind;
  mode : int;
  make : Subject.t -> Proc_node.about -> parent:(unit -> Node.t) -> Node.t;
}

(* ---- files ---- *)

let if_there t f = if Subject.is_there t then f t else Error Errno.ESRCH

let file ?(mode = 0o444) ?write name tell =
  let make t about ~parent:_ =
    let write = Option.map (fun write text -> if_there t (fun t -> write t text)) write in
    Proc_node.text about ?write (fun () -> if_there t tell)
  in
  { name; kind = Regular; mode; make }

let plain ?mode ?write name tell = file ?mode ?write name (fun t -> Ok (tell t))

let files =
  [
    plain "stat" Proc_stat.stat;
    plain "statm" Proc_stat.statm;
    plain "status" Proc_stat.status;
    file "cmdline" Proc_memory.command_line;
    file "environ" ~mode:0o400 Proc_memory.environment;
    file "auxv" ~mode:0o400 Proc_memory.auxiliary;
    file "maps" Proc_memory.maps;
    plain "comm" ~mode:0o644 ~write:Proc_about.set_name Proc_about.name;
    plain "limits" Proc_about.limits;
    plain "mounts" Proc_about.mounts;
    plain "mountinfo" Proc_about.mount_information;
    plain "oom_score" (fun _ -> "0\n");
    plain "oom_score_adj" ~mode:0o644 ~write:Proc_about.set_memory_score Proc_about.memory_score;
    plain "cgroup" (fun _ -> "0::/\n");
    plain "wchan" (fun _ -> "0");
  ]

(* ---- links ---- *)

let link name place =
  let looked t =
    let* () = Subject.may_look t in
    if Subject.files t = None then Error Errno.ENOENT
    else Option.to_result (place t) ~none:Errno.ENOENT
  in
  let make t about ~parent:_ =
    let text () = Result.map (Proc_memory.path t) (looked t) in
    let leads () = Result.map (fun place -> Mounts.Place place) (looked t) in
    Proc_node.link about ~leads text
  in
  { name; kind = Symlink; mode = 0o777; make }

let view (t : Subject.t) = Atomic.get t.process.view

let links =
  [
    link "exe" (fun t -> t.process.image.file);
    link "cwd" (fun t -> Some (view t).here);
    link "root" (fun t -> Some (view t).root);
  ]

(* ---- directories ---- *)

let descriptors name ~index node =
  let make t about ~parent =
    node t about ~number:(fun fd -> inode t ~index lor (fd + 1)) ~parent
  in
  { name; kind = Directory; mode = 0o500; make }

let directories =
  [
    descriptors "fd" ~index:100 Proc_descriptors.links;
    descriptors "fdinfo" ~index:101 Proc_descriptors.about;
  ]

let about t ~index mode =
  { Proc_node.inode = inode t ~index; mode; owner = Subject.owner t }

let with_items items t ~parent =
  let of_item position { name; kind; _ } =
    { Proc_node.name; kind; number = inode t ~index:(position + 1); position }
  in
  let entries () = if_there t (fun _ -> Ok (List.mapi of_item items)) in
  let find name ~self =
    match List.find_index (fun item -> item.name = name) items with
    | Some position when Subject.is_there t ->
        let item = List.nth items position in
        Ok (item.make t (about t ~index:(position + 1) item.mode) ~parent:(fun () -> self))
    | _ -> Error Errno.ENOENT
  in
  Proc_node.directory (about t ~index:0 0o555) ~parent ~entries find

let of_thread (t : Subject.t) thread = with_items (files @ links @ directories) { t with thread }
let own_id (thread : Process.thread) = thread.tid

let tasks (t : Subject.t) about ~parent =
  let threads () = Process.locked (fun () -> t.process.threads) in
  let entry (thread : Process.thread) =
    let number = inode { t with thread = Some thread } ~index:0 in
    { Proc_node.name = string_of_int thread.tid; kind = Directory; number; position = thread.tid }
  in
  let by_id a b = compare (own_id a) (own_id b) in
  let entries () = Ok (List.map entry (List.sort by_id (threads ()))) in
  let find name ~self =
    let is_it thread = string_of_int (own_id thread) = name in
    match List.find_opt is_it (threads ()) with
    | Some thread -> Ok (of_thread t (Some thread) ~parent:(fun () -> self))
    | None -> Error Errno.ENOENT
  in
  Proc_node.directory about ~parent ~entries find

let task = { name = "task"; kind = Directory; mode = 0o555; make = tasks }
let all = files @ links @ directories @ [ task ]
let subject process = { Subject.process; thread = None }
let directory process ~parent = with_items all (subject process) ~parent
let number process = inode (subject process) ~index:0
