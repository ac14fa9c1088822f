type cache_blocks = { management : int option; prefetch : int option; zero : int option }

type hart = {
  uid : int;
  isa : string;
  cache_blocks : cache_blocks option;
  mmu : int option;
}

type t = { timebase : int; timer_wakes : bool; harts : hart list }

type node =
  | Isa of string
  | Cache_blocks of cache_blocks
  | Mmu of int
  | Hart of { uid : int; node : Part.t; nr_offsets : int }
  | Other

let ( let* ) = Result.bind
let first = 56
let u8 = Part.u8
let u16 = Part.u16

(* Sizes stand as their logarithm, 0 for none. *)
let block_size part at =
  match u8 part at with
  | 0 -> Ok None
  | n when n < 32 -> Ok (Some (1 lsl n))
  | n -> Part.fail part ~at (Bad_value { field = "block size"; value = Int64.of_int n })

let isa s =
  let length = u16 s 6 in
  if Part.has s ~at:8 ~size:length then Ok (Isa (Part.text s ~at:8 ~length))
  else Part.fail s ~at:6 (Bad_value { field = "ISA Length"; value = Int64.of_int length })

let cache_blocks s =
  let* management = block_size s 7 in
  let* prefetch = block_size s 8 in
  let* zero = block_size s 9 in
  Ok (Cache_blocks { management; prefetch; zero })

let mmu s = Ok (Mmu (u8 s 7))

let hart s =
  let nr_offsets = u16 s 6 in
  if Part.has s ~at:12 ~size:(4 * nr_offsets) then
    Ok (Hart { uid = Part.u32 s 8; node = s; nr_offsets })
  else
    Part.fail s ~at:6 (Bad_value { field = "Number of offsets"; value = Int64.of_int nr_offsets })

let reader_of = function
  | 0 -> Some (8, isa)
  | 1 -> Some (10, cache_blocks)
  | 2 -> Some (8, mmu)
  | 0xffff -> Some (12, hart)
  | _ -> None

let node ((_, (s : Part.t)) as structure) =
  let* node = Part.read_structure reader_of ~other:(fun ~kind:_ ~offset:_ ~length:_ ->
    Other) structure in
  Ok (s.offset, node)

(* A hart's nodes are named by their offsets in the table. *)
let describe nodes uid (s : Part.t) nr_offsets =
  let add hart n =
    let at = 12 + (4 * n) in
    let offset = Part.u32 s at in
    match Hashtbl.find_opt nodes offset with
    | Some (Isa isa) -> Ok { hart with isa }
    | Some (Cache_blocks blocks) -> Ok { hart with cache_blocks = Some blocks }
    | Some (Mmu mmu) -> Ok { hart with mmu = Some mmu }
    | Some Other -> Ok hart
    | Some (Hart _) | None ->
        Part.fail s ~at (Bad_value { field = "Offset"; value = Int64.of_int offset })
  in
  let rec go hart n =
    if n = nr_offsets then Ok hart
    else
      let* hart = add hart n in
      go hart (n + 1)
  in
  go { uid; isa = ""; cache_blocks = None; mmu = None } 0

let read_nodes part =
  let offset = Part.u32 part 52 in
  if offset < first || offset > part.Part.length then
    Part.fail part ~at:52
      (Bad_value { field = "Offset to the RHCT node array"; value = Int64.of_int offset })
  else
    let* found = Part.structures Kind16_length16 part ~offset in
    Part.map node found

let of_table table =
  let part = Table.part table in
  let* () = Table.expect table "RHCT" in
  let* () = Part.require part first in
  let* timebase = Part.u64 part ~field:"Time Base Frequency" 40 in
  let* found = read_nodes part in
  let nodes = Hashtbl.of_seq (List.to_seq found) in
  let described (_, node) =
    match node with
    | Hart { uid; node; nr_offsets } -> Some (fun () -> describe nodes uid node nr_offsets)
    | Isa _ | Cache_blocks _ | Mmu _ | Other -> None
  in
  let* harts = Part.map (fun describe -> describe ()) (List.filter_map described found) in
  Ok { timebase; timer_wakes = not (Part.bit (Part.u32 part 36) 0); harts }

let pp_hart ppf hart =
  Format.fprintf ppf "processor %d: %s" hart.uid (String.escaped hart.isa);
  Option.iter (fun mmu -> Format.fprintf ppf ", Sv%d" (39 + (9 * mmu))) hart.mmu

let pp ppf t =
  Format.fprintf ppf "@[<v>RHCT, %d Hz" t.timebase;
  List.iter (Format.fprintf ppf "@,%a" pp_hart) t.harts;
  Format.fprintf ppf "@]"
