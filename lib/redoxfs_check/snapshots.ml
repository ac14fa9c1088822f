(* In the padding: "BctSnap1", generation, table, the live dead list. A table's block: the previous
   one, the number of entries at 16, entries of 256 bytes: tree 0, release list 16, free list 32,
   dead list 48, flags 84, the name's length 95, the name 96. *)
type entry = {
  name : string;
  tree : Image.pointer;
  releases : Image.pointer;
  free : Image.pointer;
  dead : Image.pointer;
  flags : int;
}

let entry bytes i =
  let at = 256 * (i + 1) in
  let pointer offset = Image.pointer bytes (at + offset) in
  let length = min 160 (Octets.get8 bytes (at + 95)) in
  { name = Octets.to_string bytes ~at:(at + 96) ~length;
    tree = pointer 0; releases = pointer 16; free = pointer 32; dead = pointer 48;
    flags = Image.get32 bytes (at + 84) }

(* Newest first. A block that comes again is reported, and ends it. *)
let rec table image pointer left =
  if Image.is_null pointer || left = 0 then []
  else
    match Image.block image ~what:"the snapshot table" pointer with
    | None -> []
    | Some bytes ->
        let here = List.init (min 15 (Image.get32 bytes 16)) (entry bytes) in
        here @ table image (Image.pointer bytes 0) (left - 1)

let bury image number pointer =
  List.iter (Image.set_dead image ~number) (Log.runs image ~what:"a dead list" pointer)

let check_one image number { name; tree; releases; flags; _ } free_then =
  if flags = 0 then begin
    let report = Image.report image in
    Report.about report (Printf.sprintf "snapshot %S: " name);
    Image.as_snapshot image ~number ~free_then (fun () ->
        let released = Log.releases image releases in
        Nodes.check image tree ~released);
    Report.about report ""
  end

let check_all image header ~foreign =
  let entries = List.rev (table image (Image.pointer header 3184) 100) in
  let free = List.map (fun entry -> Log.runs image ~what:"a free list" entry.free) entries in
  List.iteri (fun i entry -> bury image (i + 1) entry.dead) entries;
  bury image (List.length entries + 1) (Image.pointer header 3200);
  if not foreign then
    let one i (entry, free) = check_one image (i + 1) entry (Image.free_then image free) in
    List.iteri one (List.combine entries free)

let check image header =
  if Octets.equal_string header 3168 "BctSnap1" then
    check_all image header ~foreign:(Image.get64 header 3176 <> Image.get64 header 40)
