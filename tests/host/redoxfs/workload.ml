open Redoxfs

type t = {
  random : Random.State.t;
  large : bool;
  mutable fs : Fs.t;
  mutable model : Model.t;
  mutable opened : int list;
}

let create random ?(large = false) fs model = { random; large; fs; model; opened = [] }
let fs t = t.fs
let model t = t.model

let has_opened t = t.opened <> []

let resume t fs model =
  t.fs <- fs;
  t.model <- model;
  t.opened <- []

let int t n = Random.State.int t.random n
let pick t list = List.nth list (int t (List.length list))

let name t =
  match int t 40 with
  | 0 -> String.make 252 'n'
  | 1 -> "bad:name"
  | _ -> Printf.sprintf "%d%s" (int t 60) (if int t 3 = 0 then String.make 90 'x' else "")

let any_id t = match int t 30 with 0 -> 1 + int t 300 | _ -> pick t (Model.ids t.model)

let of_kind t wanted =
  let is id = match Model.node t.model id with Some node -> wanted node.kind | None -> false in
  List.filter is (Model.ids t.model)

let directory t =
  if int t 30 = 0 then any_id t
  else pick t (of_kind t (function Model.Directory _ -> true | _ -> false))

let file t =
  match of_kind t (function Model.File _ -> true | _ -> false) with
  | [] -> any_id t
  | files -> if int t 50 = 0 then any_id t else pick t files

(* A name that is there, mostly. *)
let existing t =
  let directory = directory t in
  match Model.node t.model directory with
  | Some { kind = Directory names; _ } when int t 10 > 0 && not (Model.Names.is_empty names) ->
      { Fs.directory; name = fst (pick t (Model.Names.bindings names)) }
  | _ -> { Fs.directory; name = name t }

let size t = 1 + int t (if t.large then 600_000 else 60_000)

let data t =
  let length = match int t 4 with 0 -> 1 + int t 40 | 1 -> 1 + int t 5000 | _ -> size t in
  let seed = int t 1000 in
  if int t 2 = 0 then String.init length (fun i -> Char.chr (97 + (((i / 50) + seed) mod 26)))
  else
    let random = Random.State.make [| seed |] in
    String.init length (fun _ -> Char.unsafe_chr (Random.State.bits random land 255))

(* ---- one step ---- *)

let show = function Ok _ -> "done" | Error reason -> Reason.to_string reason

(* The model follows; [Not_file] stands for what it does not know. *)
let settle t what real expected follow =
  match (real, expected) with
  | Ok value, Ok model -> t.model <- follow model value
  | Error (Reason.No_space | Reason.Device _), Ok _ -> ()
  | Error (Reason.Device _), Error _ -> ()
  | Error a, Error b when a = b -> ()
  | _ -> Expect.fail "%s: %s, not %s" what (show real) (show expected)

let plain t what real expected = settle t what real expected (fun model () -> model)

let make t =
  let directory = directory t and name = name t in
  let kind, model_kind =
    if int t 4 = 0 then (Node.Directory, Model.Directory Model.Names.empty)
    else (Node.File, Model.File "")
  in
  let owner = { Fs.uid = 3; gid = 4 } in
  let real = Fs.create_node t.fs ~directory name kind ~permissions:0o640 owner in
  let expected = Model.create t.model ~directory name model_kind ~permissions:0o640 in
  settle t "create" real expected (fun model id ->
      if kind = Node.File && int t 2 = 0 then
        ignore (Fs.set_record_level t.fs id (int t 6));
      model id)

let symlink t =
  let directory = directory t and name = name t in
  let target = String.make (1 + int t (if int t 10 = 0 then 6000 else 100)) 't' in
  let real = Fs.symlink t.fs ~directory name ~target { uid = 0; gid = 0 } in
  let expected = Model.create t.model ~directory name (Link target) ~permissions:0o777 in
  settle t "symlink" real expected (fun model id -> model id)

let slice text = { File.buffer = Buffer.of_string text; at = 0; length = String.length text }
let is_link t id = match Model.node t.model id with Some { kind = Link _; _ } -> true | _ -> false

let offset t id =
  let length =
    match Model.node t.model id with Some { kind = File text; _ } -> String.length text | _ -> 0
  in
  match int t 4 with 0 -> length | 1 -> length + int t (size t) | _ -> int t (length + 1)

let write t =
  let id = file t in
  if not (is_link t id) then begin
    let offset = offset t id and data = data t in
    let offset = if int t 30 = 0 then offset + 20_000_000 * int t 2 * Bool.to_int t.large
      else offset in
    let real = Fs.write t.fs id ~offset (slice data) in
    settle t "write" real (Model.write t.model id ~offset data) (fun model written ->
        Expect.int "written" written (String.length data);
        model)
  end

let truncate t =
  let id = file t in
  if not (is_link t id) then
    let size = if int t 5 = 0 then 0 else offset t id in
    plain t "truncate" (Fs.truncate t.fs id ~size) (Model.truncate t.model id ~size)

let unlink t =
  let { Fs.directory; name } = existing t in
  plain t "unlink" (Fs.unlink t.fs ~directory name) (Model.unlink t.model ~directory name)

let remove_directory t =
  let { Fs.directory; name } = existing t in
  plain t "remove directory"
    (Fs.remove_directory t.fs ~directory name)
    (Model.remove_directory t.model ~directory name)

let link t =
  let id = any_id t and directory = directory t and name = name t in
  plain t "link" (Fs.link t.fs id ~directory name) (Model.link t.model id ~directory name)

let rename t =
  let from = existing t in
  let into = if int t 3 = 0 then existing t else { Fs.directory = directory t; name = name t } in
  let replace = int t 3 > 0 in
  plain t "rename" (Fs.rename t.fs ~replace from into) (Model.rename t.model ~replace from into)

let permissions t =
  let id = any_id t and permissions = int t 0o10000 in
  plain t "permissions"
    (Fs.set_permissions t.fs id permissions)
    (Model.set_permissions t.model id permissions)

let open_or_close t =
  match t.opened with
  | id :: rest when List.length rest > 3 || int t 2 = 0 ->
      settle t "close" (Fs.close_node t.fs id) (Ok t.model) (fun model () ->
          t.opened <- rest;
          Model.close_node model id)
  | _ ->
      let id = any_id t in
      settle t "open" (Fs.open_node t.fs id) (Model.open_node t.model id) (fun model () ->
          t.opened <- id :: t.opened;
          model)

(* A part of a file that is open or has a name. *)
let read t =
  let id = file t in
  match Model.node t.model id with
  | Some { kind = File text; _ } ->
      let at = int t (String.length text + 10) and length = 1 + int t 200_000 in
      let buffer = Buffer.create length in
      let real = Fs.read t.fs id ~offset:at { buffer; at = 0; length } in
      settle t "read" real (Ok t.model) (fun model n ->
          Expect.int "read" n (max 0 (min length (String.length text - at)));
          if Buffer.to_string buffer 0 n <> String.sub text (min at (String.length text)) n then
            Expect.fail "node %d: other bytes behind %d" id at;
          model)
  | _ -> ()

let step t =
  match int t 100 with
  | n when n < 15 -> make t
  | n when n < 18 -> symlink t
  | n when n < 50 -> write t
  | n when n < 58 -> truncate t
  | n when n < 70 -> unlink t
  | n when n < 74 -> remove_directory t
  | n when n < 78 -> link t
  | n when n < 86 -> rename t
  | n when n < 88 -> permissions t
  | n when n < 92 -> open_or_close t
  | _ -> read t
