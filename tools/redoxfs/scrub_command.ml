open Redoxfs

let usage =
  "redoxfs scrub IMAGE                              reads all data: 1 when something is damaged\n"

let blocks_a_step = 1024

let show { Scrub.blocks; total; damaged; is_done } =
  if Unix.isatty Unix.stderr then
    Printf.eprintf "\r%3d%%  %d of %d MiB, %d damaged%s%!" (blocks * 100 / total) (blocks / 256)
      (total / 256) damaged
      (if is_done then "\n" else "")

let rec go scrub =
  let progress = Scrub.step scrub ~blocks:blocks_a_step in
  show progress;
  if progress.is_done then progress else go scrub

let run fs =
  let scrub = Scrub.create fs in
  let { Scrub.blocks; damaged; _ } = go scrub in
  List.iter
    (fun { Scrub.place; block; reason } ->
      Printf.printf "%s: block %d: %s\n" place block (Reason.to_string reason))
    (Scrub.damage scrub);
  Printf.printf "%d blocks read, %d places damaged\n" blocks damaged;
  damaged = 0
