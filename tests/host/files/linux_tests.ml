(* The same random operations here and on Linux, of several users, in a root directory of its own:
   every answer is compared, and all names from time to time. *)
open Fs

let env name default = Option.value (Option.bind (Sys.getenv_opt name) int_of_string_opt) ~default

(* ---- everything, as text ---- *)

let superuser : Operation.who = { uid = 0; gid = 0; group = None }

(* What [run] says of all names under the root, hard links by their first name. *)
let rec tree run inode_of seen path =
  let told = run (Operation.Stat { path; follow = false }) in
  let inode : int = inode_of path in
  let same = Option.value (Hashtbl.find_opt seen inode) ~default:path in
  Hashtbl.replace seen inode same;
  let is_directory = String.length told > 6 && told.[0] = '4' in
  let is_file = String.starts_with ~prefix:"10" told in
  let below =
    if not is_directory then []
    else
      let names = String.split_on_char ' ' (run (Operation.List path)) in
      let names = List.filter (fun n -> n <> "." && n <> "..") names in
      List.concat_map (fun name -> tree run inode_of seen (Filename.concat path name)) names
  in
  let content =
    if is_file then begin
      ignore (run (Operation.Open { slot = 0; path; flags = Opening.flags }) : string);
      run (Operation.Read { slot = 0; at = 0; length = 1_000_000 })
    end
    else ""
  in
  Printf.sprintf "%s: %s %s %s" path told same content :: below

let our_tree ours =
  let inode path =
    match Walk.resolve (Our_side.root ours) ~follow:false path with
    | Ok place -> place.node.same
    | Error _ -> 0
  in
  tree (Our_side.run ours superuser) inode (Hashtbl.create 64) "/"

let linux_tree linux =
  let inode path = (Host_calls.stat path false).(5) in
  tree (Linux_side.run linux superuser) inode (Hashtbl.create 64) "/"

let first_difference ours linux =
  match List.find_opt (fun line -> not (List.mem line linux)) ours with
  | Some line -> "only here: " ^ line
  | None -> (
      match List.find_opt (fun line -> not (List.mem line ours)) linux with
      | Some line -> "only in Linux: " ^ line
      | None -> "another order")

(* ---- one run ---- *)

let history = 12

let compare_trees ours linux =
  let here = our_tree ours and there = linux_tree linux in
  if here <> there then failwith (first_difference here there)

(* Linux has another reason to refuse sockets and links of somebody else's, when O_CREAT finds them
   in a sticky directory. *)
let is_as_good (operation : Operation.t) here there =
  match operation with
  | Open { flags = { create = true; _ }; _ } -> List.mem here [ "-6"; "-40" ] && there = "-13"
  | _ -> false

let step random ours linux recent n =
  let who = Operation.random_who random and operation = Operation.random random in
  Queue.push (Printf.sprintf "%d: user %d: %s" n who.uid (Operation.to_string operation)) recent;
  if Queue.length recent > history then ignore (Queue.pop recent : string);
  let here = Our_side.run ours who operation and there = Linux_side.run linux who operation in
  if here <> there && not (is_as_good operation here there) then
    failwith (Printf.sprintf "%s here, %s in Linux" here there);
  if n mod 50 = 0 then compare_trees ours linux

let go seed steps =
  let random = Random.State.make [| seed |] and recent = Queue.create () in
  let ours = Our_side.create () and linux = Linux_side.create () in
  try
    for n = 1 to steps do
      step random ours linux recent n
    done;
    compare_trees ours linux;
    Our_side.finish ours
  with Failure what ->
    failwith (Printf.sprintf "SEED=%d: %s after\n  %s" seed what
        (String.concat "\n  " (List.of_seq (Queue.to_seq recent))))

(* ---- a root directory of its own ---- *)

let in_new_root parent f =
  let directory = Filename.temp_dir ~temp_dir:parent "files" "" in
  let finally () = ignore (Sys.command ("rm -rf " ^ Filename.quote directory) : int) in
  Fun.protect ~finally @@ fun () ->
  match Unix.fork () with
  | 0 ->
      let code =
        try
          if Host_calls.chroot directory <> 0 || Host_calls.chdir "/" <> 0 then
            failwith "no root of its own";
          ignore (Host_calls.chmod "/" 0o777 : int);
          ignore (Unix.umask 0o022 : int);
          f ();
          0
        with Failure what ->
          prerr_endline what;
          1
      in
      Unix._exit code
  | pid ->
      if snd (Unix.waitpid [] pid) <> WEXITED 0 then failwith "different from Linux"

let test parent seed ~runs ~steps =
  let name = Printf.sprintf "random work as Linux does it, in %s, from seed %d" parent seed in
  Check.test name @@ fun () ->
  for n = 0 to runs - 1 do
    in_new_root parent (fun () ->
        go (seed + n) steps)
  done

let () =
  let seed = env "SEED" (Random.State.bits (Random.State.make_self_init ()) land 0xffffff) in
  let runs = env "RUNS" 100 in
  if Unix.geteuid () <> 0 then print_endline "0 passed, 0 failed, 1 skipped (it wants to be user 0)"
  else begin
    List.iter
      (fun parent -> if Sys.file_exists parent then test parent seed ~runs ~steps:500)
      [ "/dev/shm"; Filename.get_temp_dir_name () ];
    Check.finish ()
  end
