(* TEST
 modules = "c_threads_stubs.c";
*)

(* The C library's mutexes and condition variables, as OCaml itself does not use them: the stubs do
   it all and return what did not hold. *)

external recursive_mutex : unit -> string = "recursive_mutex"
external checked_mutex : unit -> string = "checked_mutex"
external timed_wait_expires : unit -> string = "timed_wait_expires"
external timed_wait_signaled : unit -> string = "timed_wait_signaled"
external destroy_after_broadcast : unit -> string = "destroy_after_broadcast"

let check name test =
  match test () with
  | "" -> Printf.printf "%s: ok\n" name
  | wrong -> Printf.printf "%s: %s\n" name wrong

let () =
  check "a recursive mutex" recursive_mutex;
  check "an error-checking mutex" checked_mutex;
  check "a wait whose time is up" timed_wait_expires;
  check "a timed wait that is signaled" timed_wait_signaled;
  check "destroyed right after a broadcast" destroy_after_broadcast
