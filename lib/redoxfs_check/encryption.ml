type cipher = {
  decrypt : index:int -> Octets.t -> unit;
  encrypt_hash : generation:int -> string -> string;
}

let text header at length = Octets.to_string header ~at ~length

let is_right report cipher header =
  let plain = text header 4088 8 ^ String.make 8 '\000' and stored = text header 4072 16 in
  let generation = Image.get64 header 40 in
  let wrong what = Report.wrong report (generation mod 256) "%s" what; false in
  match cipher with
  | None -> stored = plain || wrong "the file system is encrypted, and there is no key"
  | Some { encrypt_hash; _ } ->
      stored = encrypt_hash ~generation plain || wrong "its encrypted hash is another one"

let key_slots report ~newest headers =
  let slots header = text header 80 3072 and uuid header = text header 16 16 in
  let check header =
    if uuid header = uuid newest && slots header <> slots newest then
      let generation = Image.get64 header 40 in
      Report.wrong report (generation mod 256) "generation %d has other key slots" generation
  in
  List.iter check headers
