module Records = Map.Make (Int)

module Names = Map.Make (struct
  type t = int * string

  let compare = Name.compare_hashed
end)

type changed = { data : Buffer.t; place : int }

type content =
  | Inline of string
  | Data of { stored : Block.t option; kept : int; changed : changed Records.t }
  | Directory of { stored : Directory.tree option; changed : int option Names.t }

type t = { id : int; node : Node.t; content : content }

let ( let* ) = Result.bind
let record_bytes t = Address.bytes_of_level t.node.record_level
let records t = (t.node.size + record_bytes t - 1) / record_bytes t

let content_of (block : Block.t) (node : Node.t) =
  match node.kind with
  | Directory ->
      let* stored = Directory.of_node block node in
      Ok (Directory { stored; changed = Names.empty })
  | _ when node.inline ->
      let length = min node.size Node.inline_bytes in
      Ok (Inline (Buffer.to_string block.bytes Node.data_at length))
  | _ when node.size > Node.size_max ~record_level:node.record_level ->
      Reason.damaged ~block:block.index "size" (Value node.size)
  | _ -> Ok (Data { stored = Some block; kept = max_int; changed = Records.empty })

let read store pointer id =
  let* block = Store.block store pointer in
  let* node = Reason.of_error (Node.parse block) in
  let* content = content_of block node in
  Ok { id; node; content }

let create ~id kind ~permissions ~uid ~gid ~now =
  let is_directory = kind = Node.Directory in
  let record_level = if kind = Node.File then Address.level_max else 0 in
  let node =
    { Node.kind; permissions; uid; gid; links = 0; size = 0; blocks = 1; created = now;
      modified = now; accessed = now; record_level; inline = not is_directory }
  in
  let content =
    if is_directory then Directory { stored = None; changed = Names.empty } else Inline ""
  in
  { id; node; content }
