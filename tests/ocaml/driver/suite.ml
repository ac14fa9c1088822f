type test = { name : string; place : Plan.place; run : Plan.run }
type t = { tests : test list; nr_blocks : int; excluded : (string * string) list }

let rec files_below root relative =
  let path = if relative = "" then root else root ^ "/" ^ relative in
  if Sys.is_directory path then
    let names = Sys.readdir path in
    let below name = files_below root (if relative = "" then name else relative ^ "/" ^ name) in
    List.concat_map below (Array.to_list names)
  else [ relative ]

let place (config : Config.t) ~root name : Plan.place =
  { source = Filename.dirname (root ^ "/" ^ name);
    build = config.work ^ "/" ^ Filename.remove_extension name; file = Filename.basename name;
    suite = config.suite; cc = config.cc }

(* A block's further runs: planned anew, for a build directory of their own. *)
let numbered (config : Config.t) name (place : Plan.place) block i run =
  if i = 0 then { name; place; run }
  else
    let place = { place with build = Printf.sprintf "%s.%d" place.build (i + 1) } in
    let runs = Result.get_ok (Plan.runs config.flavour config.architecture place block) in
    { name = Printf.sprintf "%s#%d" name (i + 1); place; run = List.nth runs i }

let add config ~root found name =
  match Tsl.of_text (File.read (root ^ "/" ^ name)) with
  | None -> found
  | Some block -> (
    let place = place config ~root name in
    let found = { found with nr_blocks = found.nr_blocks + 1 } in
    match Plan.runs config.flavour config.architecture place block with
    | Ok runs ->
        { found with tests = found.tests @ List.mapi (numbered config name place block) runs }
    | Error reason -> { found with excluded = (name, reason) :: found.excluded })
  | exception Tsl.Malformed why ->
      { found with excluded = (name, "malformed: " ^ why) :: found.excluded }

let read config ~root =
  let names = List.sort compare (files_below root "") in
  List.fold_left (add config ~root) { tests = []; nr_blocks = 0; excluded = [] } names

(* ---- a part ---- *)

(* Where the runtime and the nucleus are at work rather than the compiler. *)
let ours =
  [ "callback"; "effects"; "gc-roots"; "lib-atomic"; "lib-domain"; "lib-runtime-events"; "lib-sync";
    "parallel";
    "statmemprof"; "weak-ephe-final"; "lib-unix/common"; "lib-threads"; "lib-systhreads" ]

let part ~slow tests =
  let directory t = Filename.dirname t.name in
  let order a b = compare (Digest.string a.name, a.name) (Digest.string b.name, b.name) in
  let taken = Hashtbl.create 100 in
  let is_taken t =
    let d = directory t in
    let n = Option.value (Hashtbl.find_opt taken d) ~default:0 in
    Hashtbl.replace taken d (n + 1);
    n < if List.mem d ours then 4 else 1
  in
  let by_name a b = compare a.name b.name in
  let quick = List.filter (fun t -> not (slow t)) tests in
  List.sort by_name (List.filter is_taken (List.sort order quick))
