(* Open files: positions, appending and seeking in a regular file, through several descriptions of
   it and several users of each, beside Linux's. *)
open Fs
open Beside

let that = Check.that
let now () = { Node.seconds = 0; nanoseconds = 0 }

type user = { fd : int; file : File.t }

let path = Filename.temp_file "file" ""

let fresh_node () =
  let root = Tmp.root (Tmp.create ~now ()) in
  match root.body with
  | Names directory -> done_ (directory.create "file" New_regular ~mode:0o644 ~uid:0 ~gid:0)
  | _ -> assert false

(* Not created and not cut, for reading, writing or both. *)
let open_one random node =
  let number = Random.State.int random 3 in
  let flags = { Node.read = number <> 1; write = number <> 0 } in
  let file = done_ (node.Node.open_ flags) in
  { fd = Linux.open_ path number; file = File.make flags file }

let append_flag = 0x400
let set_flags = 4
let at random = pick random [| 0; 1; 100; 5000; -1; Random.State.int random 9000 |]
let whences = [| (File.Set, 0); (Current, 1); (End, 2) |]

let step random users =
  let user = pick random users in
  let length = Random.State.int random 3000 in
  match Random.State.int random 9 with
  | 0 | 1 -> same_read "file" ~linux:user.fd user.file length
  | 2 | 3 -> same_write "file" ~linux:user.fd user.file (text random length)
  | 4 ->
      let theirs = Bytes.make length '.' and ours = Bytes.make length '.' and at = at random in
      let transfer = Transfer.of_bytes ours 0 length in
      same "pread"
        ~linux:(Linux.read_at user.fd theirs at length)
        (code (File.read_at user.file Patience.none ~at transfer));
      that "the same bytes" (ours = theirs)
  | 5 ->
      let data = text random length and at = at random in
      same "pwrite"
        ~linux:(Linux.write_at user.fd (Bytes.of_string data) at length)
        (code (File.write_at user.file Patience.none ~at (Transfer.of_string data)))
  | 6 | 7 ->
      let whence, number = pick random whences in
      let by = pick random [| 0; 10; -10; 5000; -5000; 1 lsl 33; Random.State.int random 9000 |] in
      same "lseek" ~linux:(Linux.seek user.fd by number) (code (File.seek user.file whence by))
  | _ ->
      let append = Random.State.bool random in
      ignore (Linux.fcntl user.fd set_flags (if append then append_flag else 0));
      File.set_status user.file { append; nonblocking = false }

let beside_linux random =
  Out_channel.with_open_bin path ignore;
  let node = fresh_node () in
  let users = List.init 3 (fun _ -> open_one random node) in
  let duplicated user =
    File.hold user.file;
    { user with fd = Linux.dup user.fd }
  in
  let users = Array.of_list (users @ List.map duplicated users) in
  for _ = 1 to 60 do
    step random users
  done;
  let close user =
    ignore (Linux.close user.fd);
    File.release user.file
  in
  Array.iter close users

let holes () =
  let node = fresh_node () in
  let flags = { Node.read = true; write = true } in
  let file = File.make flags (done_ (node.open_ flags)) in
  that "written" (write file "hello" = 5);
  let seek whence by = code (File.seek file whence by) in
  same "data" ~linux:3 (seek Data 3);
  same "a hole at the end" ~linux:5 (seek Hole 3);
  same "no data there" ~linux:(-6) (seek Data 5);
  same "nothing there" ~linux:(-6) (seek Hole 6);
  same "before the beginning" ~linux:(-6) (seek Data (-1));
  same "the position stays" ~linux:5 (seek Current 0);
  File.release file

(* One at a time: nobody writes where another does. *)
let one_after_the_other random =
  let node = fresh_node () and flags = { Node.read = true; write = true } in
  let file = File.make flags (done_ (node.open_ flags)) in
  let size = 1 + Random.State.int random 5000 in
  let write_some letter () =
    for _ = 1 to 20 do
      that "written" (write file (String.make size letter) = size)
    done
  in
  List.iter Picos.Computation.await
    (List.map (fun c -> spawn (write_some c)) [ 'a'; 'b'; 'c' ]);
  same "all of it" ~linux:(60 * size) (code (File.seek file Current 0));
  File.release file

let () =
  random "positions beside Linux's" 300 beside_linux;
  alone "data and holes" holes;
  random "writers with one position" 5 one_after_the_other;
  Sys.remove path;
  Check.finish ()
