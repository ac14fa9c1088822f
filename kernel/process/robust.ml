open Process
open Fs

let ( let* ) = Result.bind
let most = 2048
let owner_died = 0x40000000
let waiters = 0x80000000
let owner = 0x3fffffff

(* Its word says that its owner died. *)
let rec mark memory at ~tid =
  let* word = User_memory.load_word memory at in
  if word land owner <> tid then Ok ()
  else
    let desired = word land waiters lor owner_died in
    let* found = User_memory.exchange memory at ~expected:word desired in
    if found <> word then mark memory at ~tid
    else if word land waiters = 0 then Ok ()
    else Result.map ignore (Futex.wake memory at ~private_:false ~most:1 ~mask:Futex.all)

(* The lowest bit of a link is a flag of no concern here. *)
let address link = link land lnot 1

let rec each memory ~head ~offset ~tid link left =
  if address link = head || left = 0 then Ok ()
  else
    let* next = User_memory.get64 memory (address link) in
    let* () = mark memory (address link + offset) ~tid in
    each memory ~head ~offset ~tid next (left - 1)

let walk (thread : thread) =
  let memory = thread.process.memory and head = thread.robust and tid = thread.tid in
  let* first = User_memory.get64 memory head in
  let* offset = User_memory.get64 memory (head + 8) in
  let* pending = User_memory.get64 memory (head + 16) in
  let listed = each memory ~head ~offset ~tid first most in
  let* () = if address pending = 0 then Ok () else mark memory (address pending + offset) ~tid in
  listed

let give_up (thread : thread) =
  if thread.robust <> 0 then ignore (walk thread : (unit, Errno.t) result)
