open Redoxfs

let usage =
  "redoxfs check --repair [--dry-run] IMAGE         makes it whole, but for data that is lost: 1\n\
  \                                                 when there is some. The image is not in use\n"

let blocks what count =
  if count > 0 then Printf.printf "%d blocks %s\n" count what

let summary ~dry_run (report : Repair.report) =
  match report.written with
  | Some generation ->
      Printf.printf "generation %d is repaired: it is generation %d now\n" report.generation
        generation
  | None when dry_run -> Printf.printf "generation %d: nothing was written\n" report.generation
  | None -> Printf.printf "generation %d: nothing to repair\n" report.generation

let run options image device ~dry_run =
  let report = Copy.ok image (Repair.run options device ~dry_run) in
  List.iter print_endline report.findings;
  blocks "are not free, though nothing needs them" report.leaked;
  blocks "are free, though something needs them" report.unguarded;
  summary ~dry_run report;
  if report.is_damaged then print_endline "what could not be read stays as it is";
  let is_clean = report.findings = [] && report.leaked = 0 && report.unguarded = 0 in
  not report.is_damaged && (is_clean || not dry_run)
