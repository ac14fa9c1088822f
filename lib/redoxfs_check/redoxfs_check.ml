module Report = Report

type result = { generation : int; findings : Report.finding list; count : int }

let is_header slot bytes =
  Octets.equal_string bytes 0 "RedoxFS\000\008\000\000\000\000\000\000\000"
  && Image.get64 bytes 40 mod 256 = slot
  && (Image.pointer bytes 4080).hash = Seahash.buffer bytes ~offset:0 ~length:4072

let newest image =
  let newer found slot =
    match Image.header image slot with
    | Some bytes when is_header slot bytes -> (
        match found with
        | Some best when Image.get64 best 40 > Image.get64 bytes 40 -> found
        | _ -> Some bytes)
    | _ -> found
  in
  List.fold_left newer None (List.init 256 Fun.id)

let check image header =
  Log.allocations image (Image.pointer header 64);
  let released = Log.releases image (Image.pointer header 3152) in
  Nodes.check image (Image.pointer header 48) ~released;
  Snapshots.check image header;
  Image.check_use image

let run ?(decrypt = fun ~index:_ _ -> ()) (device : Redoxfs.Device.t) ~base =
  let report = Report.create () in
  let ring = Image.create device ~base ~blocks:256 ~decrypt report in
  let generation =
    match newest ring with
    | None -> Report.wrong report 0 "there is no header"; -1
    | Some header ->
        let blocks = Image.get64 header 32 / 4096 in
        if blocks < 257 || blocks > device.blocks - base then
          Report.wrong report 0 "a size of %d blocks" blocks
        else check (Image.create device ~base ~blocks ~decrypt report) header;
        Image.get64 header 40
  in
  { generation; findings = Report.findings report; count = Report.count report }
