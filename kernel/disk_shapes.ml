open Drivers

type result = { requests : int; zeroes : bool; discards : bool }

exception Wrong of string

let wrong format = Printf.ksprintf (fun what -> raise (Wrong what)) format
let room_sectors = 9000

type t = { disk : Block.t; memory : Hal.Dma.t; mutable requests : int }

let answered t what result =
  t.requests <- t.requests + 1;
  match result with
  | Ok () -> ()
  | Error e -> wrong "%s: %s" what (Format.asprintf "%a" Block.pp_error e)

(* ---- contents: of each sector of the disk, by its number and how often it was written ---- *)

let word ~version sector i = ((sector + 1) * 0x9E37_79B9) lxor (version * 0x85EB_CA6B) lxor i

let each_word ~offset ~sectors f =
  for s = 0 to sectors - 1 do
    for i = 0 to 63 do
      f ((512 * (offset + s)) + (8 * i)) s i
    done
  done

let fill t ~version ~sector ~offset ~sectors =
  each_word ~offset ~sectors (fun at s i ->
      Hal.Dma.set64 t.memory at (word ~version (sector + s) i))

let check t what ~sector ~offset ~sectors expected =
  each_word ~offset ~sectors (fun at s i ->
      let found = Hal.Dma.get64 t.memory at in
      if found <> expected (sector + s) i then
        wrong "%s: sector %d, byte %d: 0x%x" what (sector + s) (8 * i) found)

(* ---- requests ---- *)

let ask t operation ~sector segments =
  let answer = Picos.Computation.create () in
  Block.submit t.disk operation ~sector segments (Picos.Computation.return answer);
  Picos.Computation.await answer

(* One after another in memory, from this sector of it on. *)
let rec segments t offset : int list -> Block.segment list = function
  | [] -> []
  | sectors :: rest ->
      { memory = t.memory; offset = 512 * offset; sectors } :: segments t (offset + sectors) rest

let clear t = Hal.Dma.fill t.memory ~offset:0 ~length:(512 * room_sectors) '\xee'

let read_back t what ~sector ~offset lengths expected =
  clear t;
  answered t what (ask t Read ~sector (segments t offset lengths));
  let sectors = List.fold_left ( + ) 0 lengths in
  check t what ~sector ~offset ~sectors expected

let write_and_read t ~version (offset, lengths) =
  let what = String.concat "+" (List.map string_of_int lengths) in
  let what = Printf.sprintf "%s sectors at %d in memory" what offset in
  let unit_ = (Block.info t.disk).block_sectors in
  let sector = unit_ * version and sectors = List.fold_left ( + ) 0 lengths in
  clear t;
  fill t ~version ~sector ~offset ~sectors;
  answered t ("write of " ^ what) (ask t Write ~sector (segments t offset lengths));
  let expected = word ~version in
  read_back t ("read of " ^ what) ~sector ~offset lengths expected;
  read_back t ("one read of " ^ what) ~sector ~offset:(offset lxor 1) [ sectors ] expected

(* In sectors: where in memory, and the segments. Whole blocks are made of them. *)
let shapes =
  [
    (0, [ 1 ]); (1, [ 1 ]); (7, [ 1; 1 ]); (0, [ 8 ]); (3, [ 8 ]); (0, [ 16 ]); (1, [ 16 ]);
    (7, [ 16; 1; 3 ]); (1, [ 1023 ]); (0, [ 1024 ]); (5, [ 1024 ]); (3, [ 1025 ]);
    (5, [ 1024; 1; 2048; 7; 100 ]); (0, [ 8; 8; 8; 8; 8 ]); (0, [ 8192 ]); (3, [ 8191 ]);
  ]
[@@ocamlformat "disable"]

let in_blocks disk (offset, lengths) =
  let unit_ = (Block.info disk).block_sectors in
  (offset, List.map (fun n -> max unit_ (n / unit_ * unit_)) lengths)

(* ---- zeroes, and what is not needed ---- *)

let zeroes_and_discards t =
  let info = Block.info t.disk in
  let unit_ = info.block_sectors and version = 100 in
  let sectors = 64 * unit_ in
  fill t ~version ~sector:0 ~offset:0 ~sectors;
  answered t "write" (ask t Write ~sector:0 (segments t 0 [ sectors ]));
  let sector = 5 * unit_ and length = 17 * unit_ in
  let is_within s = s >= sector && s < sector + length in
  if info.zeroes_max >= length then begin
    answered t "zeroes" (Block.write_zeroes t.disk ~sector ~sectors:length);
    let expected s i = if is_within s then 0 else word ~version s i in
    read_back t "read beside zeroes" ~sector:0 ~offset:0 [ sectors ] expected
  end;
  if info.discard_max > 0 then begin
    let sectors = min info.discard_max (info.sectors - sectors) / unit_ * unit_ in
    answered t "discard" (Block.discard t.disk ~sector:(64 * unit_) ~sectors);
    read_back t "read beside a discard" ~sector:0 ~offset:0 [ sector ] (word ~version)
  end

let all t =
  List.iteri (fun i shape -> write_and_read t ~version:(i + 1) (in_blocks t.disk shape)) shapes;
  answered t "flush" (Block.flush t.disk);
  zeroes_and_discards t;
  let info = Block.info t.disk in
  { requests = t.requests; zeroes = info.zeroes_max > 0; discards = info.discard_max > 0 }

let run disk =
  let is_large = (Block.info disk).sectors >= 2 * room_sectors in
  match if is_large then Hal.Physical.allocate (512 * room_sectors) else None with
  | None -> Error (if is_large then "there is no memory for it" else "the disk is too small")
  | Some memory ->
      let finally () = Hal.Physical.release memory in
      Fun.protect ~finally (fun () ->
          try Ok (all { disk; memory; requests = 0 }) with Wrong what -> Error what)
