(* Masters, slaves, and the directory of their names. *)
open Fs
open Device

let now () = { Node.seconds = 1000; nanoseconds = 0 }
let get what = function Ok value -> value | Error errno -> failwith (what ^ Errno.name errno)

let fails what wanted = function
  | Ok _ -> Check.that (what ^ " succeeded") false
  | Error errno -> same what (Errno.name errno) wanted

let system ?most () = Pseudo_terminals.create ?most ~tell:(fun ~group:_ _ -> ()) ~now ()

let master_of (file : File.t) =
  match file.what with Pseudo_terminals.Master master -> master | _ -> failwith "no master"

let open_master ?(status = nonblocking) t =
  let file = get "master: " (Pseudo_terminals.open_master t node ~uid:5 ~gid:6 both status) in
  (file, master_of file)

let open_slave ?(status = nonblocking) master =
  Pseudo_terminals.open_slave master node both status

let pair t =
  let file, master = open_master t in
  same "unlocked" (control file 0x40045431 (number 0)) (number 0);
  (file, master, get "slave: " (open_slave master))

let names (root : Node.t) =
  match root.body with
  | Names directory ->
      let entries = get "entries: " (directory.entries ~from:0 ~most:100) in
      String.concat " " (List.map (fun e -> e.Node.name) entries)
  | _ -> "no directory"

let find (root : Node.t) name =
  match root.body with Names directory -> directory.find name | _ -> Error ENOTDIR

let () =
  test "a slave opens when it is unlocked" (fun () ->
      let file, master = open_master (system ()) in
      same "locked" (control file 0x80045439 "    ") (number 1);
      fails "locked" "EIO" (open_slave master);
      same "unlock" (control file 0x40045431 (number 0)) (number 0);
      ignore (get "slave: " (open_slave master)));
  test "what one side writes the other reads" (fun () ->
      let master, _, slave = pair (system ()) in
      same "slave writes" (write slave "hi\n") "3";
      same "ready" (bits master) "rw";
      same "FIONREAD" (control master 0x541b "    ") (number 4);
      same "master reads" (read master 100) "hi\r\n";
      same "nothing" (read master 100) "EAGAIN";
      same "master writes" (write master "ls\n") "3";
      same "slave reads" (read slave 100) "ls\n";
      same "echo" (read master 100) "ls\r\n");
  test "a master waits for output" (fun () ->
      let t = system () in
      let file, master = open_master ~status:blocking t in
      ignore (control file 0x40045431 (number 0));
      let slave = get "slave: " (open_slave master) in
      let reader = spawn (fun () -> read file 10) in
      Picos.Fiber.yield ();
      same "written" (write slave "x") "1";
      same "read" (Picos.Computation.await reader) "x");
  test "when the slaves are closed the master sees its end" (fun () ->
      let file, master = open_master (system ()) in
      ignore (control file 0x40045431 (number 0));
      same "none yet" (read file 10) "EAGAIN";
      let slave = get "slave: " (open_slave master) in
      same "written" (write slave "last") "4";
      File.release slave;
      same "hung up" (bits file) "rwh";
      same "the rest" (read file 10) "last";
      same "the end" (read file 10) "EIO";
      let again = get "again: " (open_slave master) in
      same "no end any more" (read file 10) "EAGAIN";
      File.release again);
  test "when the master is closed the slave is hung up" (fun () ->
      let t = system () in
      let file, master, slave = pair t in
      File.release file;
      same "the end" (read slave 10) "";
      same "no more" (write slave "x") "EIO";
      same "ready" (bits slave) "rweh";
      fails "no more slaves" "EIO" (open_slave master);
      Check.that "no name" (Pseudo_terminals.find t 0 = None));
  test "names" (fun () ->
      let t = system ~most:3 () in
      let root = Pseudo_terminals.root t in
      let first, _ = open_master t in
      let _, second = open_master t in
      let _third = open_master t in
      fails "too many" "EIO" (Pseudo_terminals.open_master t node ~uid:0 ~gid:0 both blocking);
      same "all" (names root) ". .. 0 1 2";
      same "TIOCGPTN" (control first 0x80045430 "    ") (number 0);
      Check.that "the second" (Pseudo_terminals.number second = 1);
      File.release first;
      same "one less" (names root) ". .. 1 2";
      fails "gone" "ENOENT" (find root "0");
      fails "no number" "ENOENT" (find root "01");
      let _, again = open_master t in
      Check.that "the lowest is taken" (Pseudo_terminals.number again = 0));
  test "nodes" (fun () ->
      let t = system () in
      let _, _, _ = pair t in
      let slave = get "find: " (find (Pseudo_terminals.root t) "0") in
      let stat = get "stat: " (slave.stat ()) in
      Check.that "a device" (stat.kind = Character && stat.special = 136 lsl 8);
      Check.that "of its maker" (stat.mode = 0o620 && stat.uid = 5 && stat.gid = 6);
      get "chmod: " (slave.change [ Mode 0o600 ]);
      Check.that "changed" ((get "stat: " (slave.stat ())).mode = 0o600));
  Check.finish ()
