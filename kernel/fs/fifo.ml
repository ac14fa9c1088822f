module Keys = Map.Make (struct
  type t = int * int

  let compare = compare
end)

type entry = { pipe : Pipe.t; users : int }

(* All that are open, by file system and node. *)
let opened : entry Keys.t Atomic.t = Atomic.make Keys.empty
let key (node : Node.t) = (node.system.id, node.same)

let rec acquire key fresh =
  let before = Atomic.get opened in
  let entry =
    match Keys.find_opt key before with
    | Some entry -> { entry with users = entry.users + 1 }
    | None -> { pipe = Lazy.force fresh; users = 1 }
  in
  if not (Atomic.compare_and_set opened before (Keys.add key entry before)) then acquire key fresh
  else begin
    if Lazy.is_val fresh && Lazy.force fresh != entry.pipe then Pipe.discard (Lazy.force fresh);
    entry.pipe
  end

let rec forget key =
  let before = Atomic.get opened in
  let entry = Keys.find key before in
  let after =
    if entry.users > 1 then Keys.add key { entry with users = entry.users - 1 } before
    else Keys.remove key before
  in
  if not (Atomic.compare_and_set opened before after) then forget key
  else if entry.users = 1 then Pipe.discard entry.pipe

let await_partner file pipe patience has_come =
  let arrived () = if has_come () then Ok file else Error Errno.EAGAIN in
  match Patience.retry patience [ (Pipe.arrivals pipe, Readiness.always) ] arrived with
  | Error _ as error ->
      File.release file;
      error
  | opened -> opened

let open_ node (flags : Node.flags) (status : File.status) patience =
  let key = key node in
  let pipe = acquire key (lazy (Pipe.create ())) in
  let left () = forget key in
  let needs_reader = status.nonblocking && not flags.read in
  match Pipe.enter pipe node flags ~needs_reader ~left with
  | Error _ as error ->
      left ();
      error
  | Ok (file, has_come) ->
      File.set_status file status;
      if status.nonblocking then Ok file else await_partner file pipe patience has_come
