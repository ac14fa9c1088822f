let chain image ~what parse pointer =
  let rec go pointer found =
    if Image.is_null pointer then found
    else
      match Image.block image ~what pointer with
      | None -> found
      | Some bytes -> go (Image.pointer bytes 0) (parse pointer.Image.index bytes :: found)
  in
  go pointer []

let entries block bytes =
  List.init 255 (fun i ->
      let at = 16 + (16 * i) in
      (block, Image.get64 bytes at, Image.get64 bytes (at + 8)))

let replay image (block, index, count) =
  if count <> 0 && not (Image.set_free image ~index ~count:(abs count) (count > 0)) then
    Report.wrong (Image.report image) block "an entry of the log (%d, %d) does not fit" index count

let allocations image pointer =
  let blocks = chain image ~what:"the allocation log" entries pointer in
  List.iter (List.iter (replay image)) blocks

let runs image ~what pointer =
  List.filter (fun (_, _, count) -> count <> 0) (List.concat (chain image ~what entries pointer))

let ids _ bytes = List.init 1020 (fun i -> Image.get32 bytes (16 + (4 * i)))

let releases image pointer =
  let blocks = chain image ~what:"the release list" ids pointer in
  List.filter (fun id -> id <> 0) (List.concat blocks)
