open Redoxfs

type world = { model : Model.t; snapshots : (string * Model.t) list }

type t = {
  random : Random.State.t;
  workload : Workload.t;
  mutable snapshots : (string * Model.t) list;
  mutable prefix : string;
  mutable made : int;
}

let create random workload = { random; workload; snapshots = []; prefix = "s"; made = 0 }
let workload t = t.workload
let world t = { model = Model.closed (Workload.model t.workload); snapshots = t.snapshots }

let resume t fs { model; snapshots } =
  Workload.resume t.workload fs model;
  t.snapshots <- snapshots

let rename t prefix = t.prefix <- prefix
let int t n = Random.State.int t.random n
let fs t = Workload.fs t.workload

(* ---- comparing ---- *)

let same_snapshot fs (name, model) =
  match Fs.open_snapshot fs name with
  | Error reason -> Error (Printf.sprintf "%s: %s" name (Reason.to_string reason))
  | Ok view ->
      let result = Model.same model view in
      Fs.close_snapshot fs name;
      Result.map_error (fun what -> Printf.sprintf "snapshot %s: %s" name what) result

let names list = String.concat " " list

let same (world : world) fs =
  let got = List.map (fun (s : Fs.snapshot) -> s.name) (Files.ok (Fs.snapshots fs)) in
  let expected = List.rev_map fst world.snapshots in
  if got <> expected then
    Error (Printf.sprintf "snapshots: %s; expected: %s" (names got) (names expected))
  else
    let one result snapshot = Result.bind result (fun () -> same_snapshot fs snapshot) in
    List.fold_left one (Model.same world.model fs) world.snapshots

(* ---- one step ---- *)

let make t =
  t.made <- t.made + 1;
  let name = Printf.sprintf "%s%d" t.prefix t.made in
  match Fs.create_snapshot (fs t) name with
  | Ok () ->
      t.snapshots <- (name, Model.closed (Workload.model t.workload)) :: t.snapshots
  | Error (Reason.No_space | Reason.Device _) -> ()
  | Error reason -> Expect.fail "snapshot %s: %s" name (Reason.to_string reason)

let any t = List.nth t.snapshots (int t (List.length t.snapshots))

let delete t name =
  match Fs.delete_snapshot (fs t) name with
  | Ok () -> t.snapshots <- List.remove_assoc name t.snapshots
  | Error (Reason.Device _) -> ()
  | Error reason -> Expect.fail "deleting %s: %s" name (Reason.to_string reason)

let rec from name = function
  | ((n, _) :: _) as rest when n = name -> rest
  | _ :: rest -> from name rest
  | [] -> []

let roll_back t =
  let name, model = any t in
  let rest = from name t.snapshots in
  match Fs.roll_back (fs t) ~newer:(int t 4 > 0) name with
  | Ok () ->
      t.snapshots <- rest;
      Workload.resume t.workload (fs t) model
  | Error Reason.Newer_snapshots when List.length rest < List.length t.snapshots -> ()
  | Error Reason.In_use when Workload.has_opened t.workload -> ()
  | Error (Reason.No_space | Reason.Device _) -> ()
  | Error reason -> Expect.fail "rolling back to %s: %s" name (Reason.to_string reason)

let look t =
  match same_snapshot (fs t) (any t) with Ok () -> () | Error what -> Expect.fail "%s" what

let step ?(looks = true) t =
  match int t 10 with
  | n when n < 4 || t.snapshots = [] -> make t
  | n when n < 7 || List.length t.snapshots > 20 -> delete t (fst (any t))
  | n when n < 9 -> if looks then look t
  | _ -> roll_back t

let reconcile t =
  let names = List.map (fun (s : Fs.snapshot) -> s.name) (Files.ok (Fs.snapshots (fs t))) in
  t.snapshots <- List.filter (fun (name, _) -> List.mem name names) t.snapshots;
  let is_unknown name = not (List.mem_assoc name t.snapshots) in
  List.iter
    (fun name -> Files.ok (Fs.delete_snapshot (fs t) name))
    (List.filter is_unknown names)

let delete_all t = List.iter (fun (name, _) -> delete t name) t.snapshots
