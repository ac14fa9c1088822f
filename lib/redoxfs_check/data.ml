type t = { image : Image.t; node : int; records : int; record_level : int; mutable blocks : int }

let wrong t block format = Report.wrong (Image.report t.image) block format

let decompress t (p : Image.pointer) bytes =
  let length = Image.get16 bytes 0 and room = 4096 lsl p.whole in
  let from = { Lz4.buffer = bytes; offset = 2; length } in
  let into = { Lz4.buffer = Octets.create room; offset = 0; length = room } in
  if length + 2 > Octets.length bytes || Lz4.decompress from into = None then
    wrong t p.index "node %d: a record cannot be decompressed" t.node

let record t n (p : Image.pointer) =
  t.blocks <- t.blocks + (1 lsl p.level);
  let level = max p.level p.whole in
  if level > t.record_level || (p.whole > 0 && p.whole <= p.level) then
    wrong t p.index "node %d: a record of level %d, %d" t.node p.level p.whole;
  if n >= t.records then
    Report.waste (Image.report t.image) p.index "node %d: a record behind its end" t.node;
  match Image.read t.image ~what:"a record" p with
  | Some bytes when p.whole > 0 && level <= 5 -> decompress t p bytes
  | _ -> ()

let rec under t height first p =
  if not (Image.is_null p) then
    if height = 0 then record t first p
    else begin
      t.blocks <- t.blocks + 1;
      match Image.block t.image ~what:"a pointer list" p with
      | None -> ()
      | Some bytes -> list t height first p.index bytes
    end

and list t height first block bytes =
  let each = 1 lsl (8 * (height - 1)) in
  let pointers = List.init 256 (fun i -> Image.pointer bytes (16 * i)) in
  if List.for_all Image.is_null pointers then
    Report.waste (Image.report t.image) block "node %d: a list without a pointer" t.node;
  List.iteri (fun i p -> under t (height - 1) (first + (i * each)) p) pointers

(* 128 records, then 64, 32, 16 and 8 lists of the heights 1 to 4. *)
let slots t bytes =
  let slot = ref 0 and first = ref 0 in
  let group height count =
    for _ = 1 to count do
      under t height !first (Image.pointer bytes (128 + (16 * !slot)));
      incr slot;
      first := !first + (1 lsl (8 * height))
    done
  in
  List.iteri group [ 128; 64; 32; 16; 8 ]

let check image bytes ~node ~size ~record_level =
  let each = 4096 lsl record_level in
  let t = { image; node; records = (size + each - 1) / each; record_level; blocks = 0 } in
  slots t bytes;
  t.blocks
