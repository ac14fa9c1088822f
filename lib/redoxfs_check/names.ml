let hash name = min (Int64.to_int (Seahash.string name) land 0xffff_ffff) 0xffff_fffe

let is_good name =
  name <> "." && name <> ".." && String.is_valid_utf_8 name
  && not (List.exists (String.contains name) [ '\000'; '/'; ':' ])

type t = {
  image : Image.t;
  mutable blocks : int;
  mutable names : (string * int) list;
  seen : (string, unit) Hashtbl.t;
}

let wrong t block format = Report.wrong (Image.report t.image) block format

let name t block ~above ~upto text id =
  let hash = hash text in
  if hash < above || hash > upto then
    wrong t block "the name %S (%x) is not between %x and %x" text hash above upto;
  if not (is_good text) then wrong t block "the name %S" text;
  if Hashtbl.mem t.seen text then wrong t block "the name %S is there twice" text;
  Hashtbl.replace t.seen text ();
  t.names <- (text, id) :: t.names

let leaf t block bytes ~above ~upto =
  let count = Image.get16 bytes 4092 and used = Image.get16 bytes 4094 in
  let rec go n at =
    if n < count then
      let length = if at + 5 <= 4092 then Octets.get8 bytes (at + 4) else 0 in
      if length = 0 || length > 252 || at + 5 + length > min used 4092 then
        wrong t block "entry %d of %d does not fit" n count
      else begin
        let text = Octets.to_string bytes ~at:(at + 5) ~length in
        name t block ~above ~upto text (Image.get32 bytes at);
        go (n + 1) (at + 5 + length)
      end
    else if at <> used then wrong t block "%d bytes are used, not %d" at used
  in
  if count = 0 then wrong t block "a leaf without names";
  go 0 0

let rec tree t depth pointer ~above ~upto =
  t.blocks <- t.blocks + 1;
  match Image.block t.image ~what:"a directory" pointer with
  | None -> ()
  | Some bytes when depth = 0 -> leaf t pointer.Image.index bytes ~above ~upto
  | Some bytes -> inner t depth pointer.Image.index bytes ~above ~upto

and inner t depth block bytes ~above ~upto =
  let rec go slot last ended =
    if slot < 204 then begin
      let at = slot * 20 in
      let key = Image.get32 bytes at and pointer = Image.pointer bytes (at + 4) in
      let null = Image.is_null pointer in
      if null <> (key = 0xffff_ffff) || (ended && not null) then
        wrong t block "slot %d is neither used nor free" slot;
      if (not null) && (key < last || key > upto) then
        wrong t block "slot %d is out of order" slot;
      if not null then tree t (depth - 1) pointer ~above:last ~upto:key;
      go (slot + 1) (if null then last else key) (ended || null)
    end
    else last
  in
  let last = go 0 above false in
  if upto < 0xffff_ffff && last <> upto then
    wrong t block "its largest hash is %x, but above stands %x" last upto

(* The first pointer is a marker, or null in an empty directory. *)
let start t node bytes =
  let mark = Image.pointer bytes 128 in
  if mark.whole = 15 && mark.hash = -1L && mark.index = 0xff_ffff_ffff_ffff then
    tree t mark.level (Image.pointer bytes 144) ~above:0 ~upto:0xffff_ffff
  else if not (Image.is_null mark) then wrong t 0 "node %d: a directory without a marker" node

let check image bytes ~node ~size =
  let t = { image; blocks = 0; names = []; seen = Hashtbl.create 64 } in
  start t node bytes;
  if size <> 4096 * t.blocks then
    wrong t 0 "node %d: size %d, with %d blocks of names" node size t.blocks;
  (t.names, t.blocks)
