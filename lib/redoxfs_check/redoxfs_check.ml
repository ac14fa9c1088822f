module Report = Report

type cipher = Encryption.cipher = {
  decrypt : index:int -> Octets.t -> unit;
  encrypt_hash : generation:int -> string -> string;
}

type result = { generation : int; findings : Report.finding list; count : int }

let is_header slot bytes =
  Octets.equal_string bytes 0 "RedoxFS\000\008\000\000\000\000\000\000\000"
  && Image.get64 bytes 40 mod 256 = slot
  && (Image.pointer bytes 4080).hash = Seahash.buffer bytes ~offset:0 ~length:4072

let headers image =
  let header slot = Option.to_list (Image.header image slot) |> List.filter (is_header slot) in
  List.concat_map header (List.init 256 Fun.id)

let newest headers =
  let newer found bytes =
    match found with
    | Some best when Image.get64 best 40 > Image.get64 bytes 40 -> found
    | _ -> Some bytes
  in
  List.fold_left newer None headers

let check image header =
  Log.allocations image (Image.pointer header 64);
  let released = Log.releases image (Image.pointer header 3152) in
  Nodes.check image (Image.pointer header 48) ~released;
  Snapshots.check image header;
  Image.check_use image

let run ?cipher (device : Redoxfs.Device.t) ~base =
  let report = Report.create () in
  let plain ~index:_ _ = () in
  let decrypt = match cipher with Some c -> c.Encryption.decrypt | None -> plain in
  let ring = Image.create device ~base ~blocks:256 ~decrypt report in
  let headers = headers ring in
  let generation =
    match newest headers with
    | None -> Report.wrong report 0 "there is no header"; -1
    | Some header ->
        let blocks = Image.get64 header 32 / 4096 in
        if blocks < 257 || blocks > device.blocks - base then
          Report.wrong report 0 "a size of %d blocks" blocks
        else if Encryption.is_right report cipher header then begin
          Encryption.key_slots report ~newest:header headers;
          check (Image.create device ~base ~blocks ~decrypt report) header
        end;
        Image.get64 header 40
  in
  { generation; findings = Report.findings report; count = Report.count report }
