module Keys = Map.Make (struct
  type t = int * int

  let compare = compare
end)

(* [named]: a node of a file system, of which both sides are waited for. *)
type entry = { pipe : Pipe.t; users : int; named : bool }

(* All that are open, by file system and node. *)
let opened : entry Keys.t Atomic.t = Atomic.make Keys.empty
let key (node : Node.t) = (node.system.id, node.same)

let ( let* ) = Result.bind

let rec acquire key ~named =
  let before = Atomic.get opened in
  let put entry = Atomic.compare_and_set opened before (Keys.add key entry before) in
  match Keys.find_opt key before with
  | Some entry ->
      if put { entry with users = entry.users + 1 } then Ok entry else acquire key ~named
  | None ->
      let pipe = Pipe.create () in
      let entry = { pipe; users = 1; named } in
      if put entry then Ok entry
      else begin
        Pipe.discard pipe;
        acquire key ~named
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
  let* { pipe; named; _ } = acquire key ~named:true in
  let left () = forget key in
  let needs_reader = named && status.nonblocking && not flags.read in
  match Pipe.enter pipe node flags ~needs_reader ~left with
  | Error _ as error ->
      left ();
      error
  | Ok (file, has_come) ->
      File.set_status file status;
      if status.nonblocking || not named then Ok file
      else await_partner file pipe patience has_come

let ends () =
  let node = Nameless.node Pipes in
  let entered pipe flags =
    Pipe.enter pipe node flags ~needs_reader:false ~left:(fun () -> forget (key node))
  in
  let* { pipe; _ } = acquire (key node) ~named:false in
  let* writer, _ = entered pipe { read = false; write = true } in
  let* { pipe; _ } = acquire (key node) ~named:false in
  let* reader, _ = entered pipe { read = true; write = false } in
  Ok (reader, writer)
