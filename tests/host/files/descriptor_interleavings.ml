(* Every order of the atomic operations of fibers that search for a descriptor while others close
   it, open it again, replace it, or have the table grow. *)
open Explored
open Explored_files

let that = Check.that
let computation () : unit Computation.t = Computation.create ()

(* A search reads the table before its first atomic operation: others may come before that. *)
let fiber main =
  Fibers.fiber (computation ()) (fun () ->
      Explorer.step Nothing;
      main ())

let node = Nameless.node Events
let done_ = function Ok value -> value | Error errno -> failwith (Errno.name errno)

(* Files that count how often they were closed, and a table. *)
type state = { table : Descriptors.t; mutable files : (File.t * int ref) list }

let state () = { table = Descriptors.create ~limit:100; files = [] }

let file state =
  let closed = ref 0 and watch = Watch.create () in
  let close () = incr closed in
  let file =
    File.make { read = true; write = true } { (Nameless.file node ~watch) with close }
  in
  state.files <- (file, closed) :: state.files;
  file

let closed state file = !(List.assq file state.files) > 0
let add ?from state file = done_ (Descriptors.add state.table ?from file)
let close state n () = done_ (Descriptors.close state.table n)

let replace state n file () =
  done_ (Descriptors.replace state.table n ~close_on_exec:false file)

(* What stands there, which is open as long as it is held. *)
let find state n =
  match Descriptors.find state.table n with
  | Error errno ->
      that "EBADF" (errno = EBADF);
      None
  | Ok file ->
      Explorer.step Nothing;
      that "open while it is held" (not (closed state file));
      File.release file;
      Some file

let is_none = Option.is_none
let is file found = match found with Some found -> found == file | None -> false
let found state n file = is file (find state n)

(* At the end nothing is held but by the table, and what nobody holds was closed, once. *)
let check state () =
  let held n = done_ (Descriptors.find state.table n) in
  let standing = List.map held (Descriptors.numbers state.table) in
  List.iter File.release standing;
  let balanced (file, closed) =
    let holders = List.length (List.filter (( == ) file) standing) in
    that "held by the table alone" (File.holders file = holders);
    that "closed once" (!closed = if holders = 0 then 1 else 0)
  in
  List.iter balanced state.files

let one () =
  let state = state () in
  let first = file state in
  (state, first, add state first)

let closing =
  [
    ( "find: a file that is open, or none",
      fun searchers ->
        let state, first, n = one () in
        let search () =
          let file = find state n in
          that "the file" (is first file || is_none file)
        in
        (fiber (close state n) :: searchers search, check state) );
    ( "find: nothing that was closed before",
      fun searchers ->
        let state, _, n = one () in
        let gone = Atomic.make false in
        let go () =
          close state n ();
          Atomic.set gone true
        in
        let search () = if Atomic.get gone then that "EBADF" (is_none (find state n)) in
        (fiber go :: searchers search, check state) );
    ( "find: nothing that was closed before, which somebody holds",
      fun searchers ->
        let state, first, n = one () in
        File.hold first;
        that "another number" (add state first <> n);
        let gone = Atomic.make false in
        let go () =
          close state n ();
          Atomic.set gone true
        in
        let search () = if Atomic.get gone then that "EBADF" (is_none (find state n)) in
        (fiber go :: searchers search, check state) );
  ]

let both_close =
  ( "close: by one of two",
    fun () ->
      let state, _, n = one () in
      let closed = Atomic.make 0 in
      let go () = if Descriptors.close state.table n = Ok () then Atomic.incr closed in
      let check () =
        that "by one" (Atomic.get closed = 1);
        check state ()
      in
      let search () = ignore (find state n : _ option) in
      ([ fiber go; fiber go; fiber search ], check) )

let opening_again =
  [
    ( "find: the file before, none, and the next, in this order",
      fun searchers ->
        let state, first, n = one () in
        let second = file state in
        let go () =
          close state n ();
          that "the same number" (add state second = n)
        in
        let age () =
          match find state n with
          | None -> 1
          | Some file -> if file == first then 0 else 2
        in
        let search () =
          let before = age () in
          that "never an older one" (age () >= before)
        in
        (fiber go :: searchers search, check state) );
    ( "find: the next one, once it is there",
      fun searchers ->
        let state, _, n = one () in
        let second = file state and there = Atomic.make false in
        let go () =
          close state n ();
          that "the same number" (add state second = n);
          Atomic.set there true
        in
        let search () = if Atomic.get there then that "the next" (found state n second) in
        (fiber go :: searchers search, check state) );
  ]

let replacing =
  [
    ( "replace: there is always a file",
      fun searchers ->
        let state, first, n = one () in
        let second = file state in
        let search () =
          let file = find state n in
          that "one of both" (is first file || is second file)
        in
        (fiber (replace state n second) :: searchers search, check state) );
    ( "replace: twice, and never an older one",
      fun searchers ->
        let state, first, n = one () in
        let second = file state and third = file state in
        let go () =
          replace state n second ();
          replace state n third ()
        in
        let age () =
          match find state n with
          | None -> failwith "there is none"
          | Some file -> if file == first then 0 else if file == second then 1 else 2
        in
        let search () =
          let before = age () in
          that "never an older one" (age () >= before)
        in
        (fiber go :: searchers search, check state) );
  ]

(* The first table has room for 16. *)
let growing =
  [
    ( "growth: a file is found in the old table and in the new one",
      fun searchers ->
        let state, first, n = one () in
        let other = file state in
        let grow () = ignore (add state ~from:20 other : int) in
        let search () = that "the file" (found state n first) in
        (fiber grow :: searchers search, check state) );
    ( "growth: what is closed or replaced in the new table",
      fun searchers ->
        let state, first, n = one () in
        let m = add state (file state) in
        let other = file state and second = file state in
        let go () =
          ignore (add state ~from:20 other : int);
          replace state n second ();
          close state m ()
        in
        let search () =
          let gone = is_none (find state m) in
          let file = find state n in
          that "one of both" (is first file || is second file);
          if gone then that "the second" (is second file)
        in
        (fiber go :: searchers search, check state) );
  ]

(* More preemptions with one who searches than with two. *)
let () =
  let test searchers preemptions (name, scenario) =
    Explore.test ~preemptions
      (Printf.sprintf "%s (%d)" name searchers)
      (fun () -> scenario (fun search -> List.init searchers (fun _ -> fiber search)))
  in
  let scenarios = closing @ opening_again @ replacing @ growing in
  List.iter (test 1 6) scenarios;
  List.iter (test 2 3) scenarios;
  Explore.test ~preemptions:3 (fst both_close) (snd both_close);
  Explore.finish ()
