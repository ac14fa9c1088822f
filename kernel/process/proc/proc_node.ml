open Fs

type about = { inode : int; mode : int; owner : unit -> int * int }

let system = { Node.id = 22; read_only = false }
let magic = 0x9fa0 (* Linux, include/uapi/linux/magic.h *)
let root = { inode = 1; mode = 0o555; owner = (fun () -> (0, 0)) }

let stat about (kind : Node.kind) ~links () =
  let uid, gid = about.owner () and now = Stamp.now () in
  Ok
    {
      Node.device = system.id;
      inode = about.inode;
      kind;
      mode = about.mode;
      links;
      uid;
      gid;
      special = 0;
      size = 0;
      block_size = 1024;
      blocks = 0;
      accessed = now;
      modified = now;
      changed = now;
    }

(* Cutting a file is what opening it to write does. *)
let changed : Node.change -> bool = function
  | Mode _ | Owner _ -> false
  | Accessed _ | Modified _ | Size _ -> true

let change changes = if List.for_all changed changes then Ok () else Error Errno.EPERM

let figures () = Ok (Node.without_space magic)

let node about kind ?(links = 1) ~open_ body =
  {
    Node.stat = stat about kind ~links;
    change;
    open_;
    figures;
    body;
    system;
    same = about.inode;
  }

(* ---- files ---- *)

let put text ~at transfer =
  let length = Bytes.length text in
  if at >= length then Ok 0
  else Transfer.put transfer text at (min (length - at) (Transfer.length transfer))

let read make =
  let kept = Atomic.make None in
  fun ~at transfer ->
    match Atomic.get kept with
    | Some text when at > 0 -> put text ~at transfer
    | _ ->
        let made = Result.map Bytes.of_string (make ()) in
        Atomic.set kept (Result.to_option made);
        Result.bind made (fun text -> put text ~at transfer)

let written_most = 4096

let take write transfer =
  let bytes = Bytes.create (min written_most (Transfer.length transfer)) in
  Result.bind (Transfer.take transfer bytes 0 (Bytes.length bytes)) @@ fun n ->
  Result.map (fun () -> n) (write (Bytes.sub_string bytes 0 n))

let file node =
  { (Nameless.file node ~watch:(Watch.create ())) with has_position = true; watch = None }

let always_ready () = Readiness.(union readable writable)

let text about ?write make =
  let rec opened _flags =
    let own = file (Lazy.force self) in
    let write =
      match write with
      | None -> fun ~at:_ _ -> Error Errno.EIO
      | Some write -> fun ~at:_ transfer -> take write transfer
    in
    Ok { own with read = read make; write; readiness = always_ready }
  and self = lazy (node about Regular ~open_:opened Plain) in
  Lazy.force self

let link about ?leads text =
  node about Symlink ~open_:(fun _ -> Error ELOOP) (Target { text; leads })

(* ---- directories ---- *)

type entry = { name : string; kind : Node.kind; number : int; position : int }

let dots = 2

(* Of [.] and [..], and then of the others. *)
let listed about ~(parent : unit -> Node.t) entries ~from ~most =
  let dot name next number = { Node.name; inode = number; kind = Directory; next } in
  let shown { name; kind; number; position } =
    { Node.name; inode = number; kind; next = position + dots + 1 }
  in
  Result.map
    (fun entries ->
      let all =
        dot "." 1 about.inode :: dot ".." 2 (parent ()).same :: List.map shown entries
      in
      let rest = List.filter (fun (e : Node.entry) -> e.next > from) all in
      List.filteri (fun i _ -> i < most) rest)
    (entries ())

let refuse _ = Error Errno.EPERM

let create _ (fresh : Node.fresh) ~mode:_ ~uid:_ ~gid:_ =
  Error (match fresh with New_regular -> Errno.EACCES | _ -> EPERM)

let directory about ~parent ~entries find =
  let rec self =
    lazy
      (node about Directory ~links:2
         ~open_:(fun _ ->
           let read ~at:_ _ = Error Errno.EISDIR in
           Ok { (file (Lazy.force self)) with read })
         (Names names))
  and names =
    {
      Node.find = (fun name -> find name ~self:(Lazy.force self));
      parent;
      entries = listed about ~parent entries;
      create;
      link = (fun _ -> refuse);
      unlink = refuse;
      rmdir = refuse;
      rename = (fun _ ~into:_ _ -> refuse);
    }
  in
  Lazy.force self
