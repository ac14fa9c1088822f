open Redoxfs

type kind =
  | Header
  | Tree of int
  | Node
  | List of int  (** of pointers, this high *)
  | Names of int  (** this deep *)
  | Allocations
  | Releases
  | Snapshots
  | Runs
  | Record

let show = function
  | Header -> "header"
  | Tree level -> Printf.sprintf "tree %d" level
  | Node -> "node"
  | List height -> Printf.sprintf "list %d" height
  | Names depth -> Printf.sprintf "names %d" depth
  | Allocations -> "allocations"
  | Releases -> "releases"
  | Snapshots -> "snapshots"
  | Runs -> "runs"
  | Record -> "record"

type place = { kind : kind; index : int; blocks : int }

let bytes image place = Buffer.sub image (place.index * 4096) (place.blocks * 4096)

(* ---- what a block points to: offset and kind ---- *)

let some_of count each = List.init count each

let node_children b =
  let slot i = 128 + (16 * i) in
  if Buffer.get16 b 0 lsr 12 = 4 then
    if Buffer.get64 b 136 = -1L then [ (slot 1, Names (Buffer.get8 b 128 land 15)) ] else []
  else if Buffer.get32 b 70 = 1 then []
  else
    some_of 128 (fun i -> (slot i, Record))
    @ some_of 64 (fun i -> (slot (128 + i), List 1))
    @ some_of 32 (fun i -> (slot (192 + i), List 2))

let children kind b =
  match kind with
  | Header ->
      [ (48, Tree 3); (48, Tree 3); (64, Allocations); (3152, Releases) ]
      @ if Buffer.equal_string b 3168 "BctSnap1" then [ (3184, Snapshots); (3200, Runs) ] else []
  | Tree level ->
      some_of 254 (fun i -> (16 * i, if level = 0 then Node else Tree (level - 1)))
  | Node -> node_children b
  | List height -> some_of 256 (fun i -> (16 * i, if height = 1 then Record else List (height - 1)))
  | Names 0 | Record -> []
  | Names depth -> some_of 204 (fun i -> ((20 * i) + 4, Names (depth - 1)))
  | Allocations -> [ (0, Allocations) ]
  | Releases -> [ (0, Releases) ]
  | Snapshots ->
      let entry i =
        let at = 256 * (i + 1) in
        [ (at, Tree 3); (at + 16, Releases); (at + 32, Runs); (at + 48, Runs) ]
      in
      (0, Snapshots) :: List.concat_map entry (List.init (min 15 (Buffer.get32 b 16)) Fun.id)
  | Runs -> [ (0, Runs) ]

let child image b (offset, kind) =
  let bits = Buffer.get64 b offset in
  let index = Int64.to_int (Int64.shift_right_logical bits 8) in
  let blocks = 1 lsl (Int64.to_int bits land 15) in
  if index = 0 || index > (Buffer.length image / 4096) - blocks then None
  else Some (offset, { kind; index; blocks })

(* ---- the way down, the damage, the hashes on the way up ---- *)

let edges = [| 0; 1; 2; 3; 5; 0x7f; 0xff; 253; 255; 256; 4092; 0xffff; 0x7fffffff; -1; max_int |]

let change random b =
  let at = Random.State.int random (Buffer.length b) in
  let at = if Random.State.int random 2 = 0 then at land lnot 7 mod 160 else at in
  let at = min at (Buffer.length b - 8) in
  let edge = edges.(Random.State.int random (Array.length edges)) in
  (match Random.State.int random 6 with
  | 0 -> Buffer.set8 b at edge
  | 1 -> Buffer.set16 b at edge
  | 2 -> Buffer.set32 b at edge
  | 3 -> Buffer.set64 b at (Int64.of_int edge)
  | 4 -> Buffer.set8 b at (Buffer.get8 b at lxor (1 lsl Random.State.int random 8))
  | _ ->
      (* Another pointer of the block, or another number. *)
      let from = 16 * Random.State.int random ((Buffer.length b / 16) - 1) in
      Buffer.blit (Buffer.copy b) from b (at land lnot 15) (min 16 (Buffer.length b - at)));
  at

let hash b length = Seahash.buffer b ~offset:0 ~length

let rec down random image place =
  let b = bytes image place in
  let found = List.filter_map (child image b) (children place.kind b) in
  if found = [] || (place.kind <> Header && Random.State.int random 6 = 0) then
    let at = change random b in
    Printf.sprintf "%s, block %d, at %d" (show place.kind) place.index at
  else begin
    let offset, next = List.nth found (Random.State.int random (List.length found)) in
    let what = down random image next in
    let below = bytes image next in
    Buffer.set64 b (offset + 8) (hash below (Buffer.length below));
    what
  end

let newest image =
  let generation i = Buffer.get64 image ((i * 4096) + 40) in
  let newer best i =
    let is_header = Buffer.equal_string image (i * 4096) "RedoxFS\000" in
    if is_header && generation i > generation best then i else best
  in
  List.fold_left newer 0 (List.init 256 Fun.id)

let sign b =
  let hash = hash b 4072 in
  Buffer.set64 b 4088 hash;
  Buffer.set64 b 4072 hash;
  Buffer.set64 b 4080 0L

let at image offsets change =
  let rec down place = function
    | [] -> change (bytes image place)
    | offset :: rest -> (
        let b = bytes image place in
        match child image b (offset, Record) with
        | None -> Expect.fail "no pointer at %d of block %d" offset place.index
        | Some (_, next) ->
            down next rest;
            let below = bytes image next in
            Buffer.set64 b (offset + 8) (hash below (Buffer.length below)))
  in
  let header = { kind = Header; index = newest image; blocks = 1 } in
  down header offsets;
  sign (bytes image header)

let random random image =
  let header = { kind = Header; index = newest image; blocks = 1 } in
  let b = bytes image header in
  let what =
    if Random.State.int random 12 > 0 then down random image header
    else
      let at = 8 * (4 + Random.State.int random 5) in
      let edge = edges.(Random.State.int random (Array.length edges)) in
      Buffer.set64 b at (Int64.of_int edge);
      Printf.sprintf "header, at %d" at
  in
  sign b;
  what
