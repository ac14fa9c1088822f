open Picos

let rec forever n = if Sys.opaque_identity n >= 0 then forever (n + 1) else n
let loop () = ignore (forever 0 : int)

(* Takes the exception for an answer, and goes on. *)
let rec swallow () =
  (try loop () with _ -> ());
  swallow ()

let in_c () = Hal.Probe.spin ~ns:max_int
let block () = ignore (Trigger.await (Trigger.create ()) : _ option)

let rec hoard kept = hoard (Bytes.make 100_000 'x' :: Sys.opaque_identity kept)
let memory () = hoard []

let files () =
  match Suite_files.memory_ends () with Ok () -> () | Error what -> failwith what

exception Misbehaved

let ways =
  [
    ("raise", fun () -> raise Misbehaved);
    ("loop", loop);
    ("swallow", swallow);
    ("c", in_c);
    ("block", block);
    ("memory", memory);
    ("files", files);
  ]

(* One that does its work beside, and finds its data as it was. *)
let neighbour () =
  let kept = List.init 1000 string_of_int in
  let sum () = Digest.string (String.concat "," kept) in
  let before = sum () in
  for _ = 1 to 20 do
    Sched.Time.sleep 1_000_000
  done;
  sum () = before

let patience_ns = 20_000_000

let try_out name way =
  if not (List.mem name [ "memory"; "files" ]) then Sched.watch_every ~ns:patience_ns;
  let beside = Sched.spawn ~kind:Local ~name:"neighbour" neighbour in
  let culprit = Sched.spawn ~kind:Local ~name way in
  let ended =
    let wait () = if name = "block" then Fiber.yield () else Computation.wait culprit in
    match Sched.Time.within ~ns:45_000_000_000 wait with
    | Ok () -> (
        match Computation.canceled culprit with
        | Some (e, _) -> Printf.sprintf "ended by %s" (Printexc.to_string e)
        | None -> if Computation.is_running culprit then "is still there" else "ended")
    | Error `Time_is_up -> "is still there"
  in
  let unharmed = Computation.await beside in
  Sched.watch_every ~ns:1_000_000_000;
  Printf.printf "%s %s; its neighbour is %s\n%!" name ended
    (if unharmed then "unharmed" else "harmed");
  if unharmed then 0 else 1

let command : Command.t =
  let arguments = String.concat "|" (List.map fst ways) in
  let run = function
    | [ name ] when List.mem_assoc name ways -> try_out name (List.assoc name ways)
    | _ -> Command.misused "misbehave" arguments
  in
  { name = "misbehave"; arguments; summary = "let a fiber break the rules"; run }
