open Fs
module Subject = Proc_subject

let sprintf = Printf.sprintf

(* ---- limits ---- *)

let kinds =
  [
    ("Max cpu time", "seconds");
    ("Max file size", "bytes");
    ("Max data size", "bytes");
    ("Max stack size", "bytes");
    ("Max core file size", "bytes");
    ("Max resident set", "bytes");
    ("Max processes", "processes");
    ("Max open files", "files");
    ("Max locked memory", "bytes");
    ("Max address space", "bytes");
    ("Max file locks", "locks");
    ("Max pending signals", "signals");
    ("Max msgqueue size", "bytes");
    ("Max nice priority", "");
    ("Max realtime priority", "");
    ("Max realtime timeout", "us");
  ]

let limits (t : Subject.t) =
  let value n = if n = Limit.infinite then "unlimited" else string_of_int n in
  let line name soft hard unit = sprintf "%-25s %-20s %-20s %-10s\n" name soft hard unit in
  let of_kind i (name, unit) =
    let { Process.soft; hard } = t.process.limits.(i) in
    line name (value soft) (value hard) unit
  in
  line "Limit" "Soft Limit" "Hard Limit" "Units" ^ String.concat "" (List.mapi of_kind kinds)

(* ---- mounts ---- *)

(* Linux's names for its magic numbers. *)
let system_kinds = [ (0x01021994, "tmpfs"); (0x9fa0, "proc"); (0x1cd1, "devpts") ]

let kind (mount : Mounts.mount) =
  match mount.root.figures () with
  | Error _ -> "none"
  | Ok { kind_of_system; _ } ->
      Option.value (List.assoc_opt kind_of_system system_kinds) ~default:"unknown"

let options (mount : Mounts.mount) = if mount.root.system.read_only then "ro" else "rw"

(* Those that the process can reach, each with where it is. *)
let seen (t : Subject.t) =
  let view = Atomic.get t.process.view in
  let at (mount : Mounts.mount) =
    match mount.on with
    | None -> Some ("/", mount)
    | Some on -> Option.map (fun path -> (path, mount)) (Result.to_option (Walk.path view on))
  in
  List.filter_map at (Mounts.list view.mounts)

let mounts t =
  let line (path, mount) =
    let kind = kind mount in
    sprintf "%s %s %s %s,relatime 0 0\n" kind path kind (options mount)
  in
  String.concat "" (List.map line (seen t))

let mount_information t =
  let line i (path, (mount : Mounts.mount)) =
    let kind = kind mount in
    sprintf "%d %d 0:%d / %s %s,relatime - %s %s %s\n" (i + 1) (min i 1) mount.root.system.id path
      (options mount) kind kind (options mount)
  in
  String.concat "" (List.mapi line (seen t))

(* ---- what can be set ---- *)

let name t = Subject.name t ^ "\n"
let name_most = 15

let is_own (t : Subject.t) =
  match Process.current () with Some caller -> caller.process == t.process | None -> false

let set_name t text =
  match Subject.main t with
  | Some thread when is_own t ->
      let text = List.hd (String.split_on_char '\000' text) in
      thread.name <- String.sub text 0 (min name_most (String.length text));
      Ok ()
  | _ -> Error Errno.EINVAL

let score (t : Subject.t) = Setting.(get t.process memory_score)
let memory_score t = sprintf "%d\n" (score t)

let is_privileged () =
  match Process.current () with
  | Some caller -> Process.is_privileged caller.process
  | None -> true

let set_memory_score (t : Subject.t) text =
  let p = t.process in
  match int_of_string_opt (String.trim text) with
  | Some n when n < -1000 || n > 1000 -> Error Errno.EINVAL
  | None -> Error Errno.EINVAL
  | Some n when n < score t && not (is_privileged ()) -> Error Errno.EACCES
  | Some n ->
      Setting.(set p memory_score) n;
      Ok ()
