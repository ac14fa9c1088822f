open Redoxfs

let clock = ref 1_000_000

let now () =
  incr clock;
  { Node.seconds = !clock; nanoseconds = 0 }

let keys =
  let keys () = Keys.create ~data:"the data's key.." ~tweak:"the tweaks' key." in
  Option.map (fun _ -> keys ()) (Sys.getenv_opt "ENCRYPTED")

let unlock = Option.fold ~none:Unlock.locked ~some:Unlock.with_keys keys
let options = { (Fs.default ~now) with discard = true; unlock }

let cipher_of keys =
  let { Cipher.decrypt; encrypt_hash; _ } = Keys.cipher keys in
  { Redoxfs_check.decrypt; encrypt_hash }

let cipher = Option.map cipher_of keys
let encryption = Option.map (fun keys -> { Fs.keys; slots = Key_slots.none }) keys

let device bytes =
  let discard ~block ~count =
    Ok (Buffer.fill bytes (block * 4096) (count * 4096) '\221')
  in
  { (Device.memory bytes) with discard }


let ok = function
  | Ok value -> value
  | Error reason -> Expect.fail "%s" (Reason.to_string reason)

let fails expected = function
  | Ok _ -> Expect.fail "there is no error"
  | Error reason ->
      if reason <> expected then
        Expect.fail "%s; expected: %s" (Reason.to_string reason) (Reason.to_string expected)

let refused = function Ok _ -> Expect.fail "there is no error" | Error _ -> ()

let fresh ?(blocks = 1024) ?encryption:(own = encryption) () =
  let bytes = Buffer.create (blocks * 4096) and uuid = "0123456789abcdef" in
  ok (Fs.create (Device.memory bytes) ~uuid ?encryption:own ~now:(now ()) ());
  bytes

let mount ?(options = options) bytes = ok (Fs.mount options (device bytes))

let find fs path =
  let step directory name = if name = "" then directory else ok (Fs.lookup fs ~directory name) in
  List.fold_left step Operations.root (String.split_on_char '/' path)

let place fs path =
  match String.rindex_opt path '/' with
  | None -> { Fs.directory = Operations.root; name = path }
  | Some i ->
      let name = String.sub path (i + 1) (String.length path - i - 1) in
      { Fs.directory = find fs (String.sub path 0 i); name }

let names fs id =
  let rec go cursor =
    let names, next = ok (Fs.list fs id cursor) in
    List.map fst names @ match next with Some cursor -> go cursor | None -> []
  in
  go Names.start

let contents fs id =
  let length = (ok (Fs.stat fs id)).size in
  let buffer = Buffer.create length in
  let n = ok (Fs.read fs id ~offset:0 { buffer; at = 0; length }) in
  Buffer.to_string buffer 0 n

let create ?(kind = Node.File) fs path =
  let { Fs.directory; name } = place fs path in
  let permissions = if kind = Directory then 0o755 else 0o644 in
  ok (Fs.create_node fs ~directory name kind ~permissions { uid = 0; gid = 0 })

let write fs id ?(offset = 0) text =
  let slice = { File.buffer = Buffer.of_string text; at = 0; length = String.length text } in
  Expect.int "written" (ok (Fs.write fs id ~offset slice)) (String.length text)

let add fs path text = write fs (create fs path) text
