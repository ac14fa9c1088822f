open Command
open Processes

let frame = 4096

let a_moment_ns = 10_000_000

(* What has been forgotten is released by the collector, and what is released may be a fiber's to
   do. *)
let collect () =
  Sched.Time.sleep a_moment_ns;
  ignore (Sched.everywhere ignore : unit list);
  Gc.compact ();
  Picos.Fiber.yield ()

let of_nucleus kinds =
  List.sort compare (List.map (fun (kind : Hal.Machine.kind) -> (kind.name, kind.in_use)) kinds)

let frames kinds =
  let memory = Hal.Machine.memory () in
  let kept = List.fold_left (fun sum (kind : Hal.Machine.kind) -> sum + kind.frames) 0 kinds in
  ((memory.total - memory.free - memory.committed) / frame) - kept

let of_files world =
  match Option.map World.figures world with
  | None -> []
  | Some (Error _) -> []
  | Some (Ok (f : Fs.Node.figures)) ->
      [ ("file nodes", f.nodes - f.free_nodes); ("file pages", f.total - f.free) ]

let count world =
  collect ();
  let processes, threads = World.counts () and kinds = Hal.Machine.kinds () in
  [ ("processes", processes); ("threads of processes", threads); ("open files", Fs.File.count ()) ]
  @ of_files world
  @ [ ("fibers", List.length (Sched.fibers ())); ("live words", Hal.Heap.live_words ()) ]
  @ of_nucleus kinds
  @ [ ("frames", frames kinds) ]

(* Who ends may still be about it: until nothing changes, or for so many rounds. *)
let rec settled world counts rounds =
  let again = count world in
  if again = counts || rounds = 0 then again else settled world again (rounds - 1)

let resources world =
  let run = function
    | [] ->
        let world = world () in
        List.iter (fun (name, n) -> say "%-22s %d" name n) (settled world [] 10);
        0
    | _ -> misused "resources" ""
  in
  { name = "resources"; arguments = ""; summary = "what is in use, when all is at rest"; run }
