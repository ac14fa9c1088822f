open Fs

let ( let* ) = Result.bind
let all = 0xffffffff

type key = In of int * int  (** a memory's number, an address *) | At of int  (** where it lies *)

module Keys = Hashtbl.Make (struct
  type t = key

  let equal a b =
    match (a, b) with
    | In (memory, at), In (memory', at') -> memory = memory' && at = at'
    | At at, At at' -> at = at'
    | _ -> false

  let hash = function In (memory, at) -> (at lsr 2) + (memory * 0x9e3779b1) | At at -> at lsr 2
end)

type waiter = {
  mutable key : key;
  mask : int;
  watch : Watch.t;
  mutable woken : bool;
}

(* All waiters, in one table: lists are in the order of their coming. *)
let turn = Sync.Lock.create ()
let waiters : waiter list Keys.t = Keys.create 64
let locked f = Sync.Lock.protect turn f
let at key = match Keys.find_opt waiters key with Some list -> list | None -> []

let set key = function
  | [] -> Keys.remove waiters key
  | list -> Keys.replace waiters key list

let key memory address ~private_ =
  if address land 3 <> 0 then Error Errno.EINVAL
  else if private_ || not (Memory.is_shared memory address) then
    Ok (In (Memory.number memory, address))
  else
    match Memory.physical memory address with
    | Some where -> Ok (At where)
    | None -> Error Errno.EFAULT

(* ---- with the lock ---- *)

let wake_at key ~most ~mask =
  let rec go n kept = function
    | w :: rest when n < most && w.mask land mask <> 0 ->
        w.woken <- true;
        Watch.ring w.watch Readiness.readable;
        go (n + 1) kept rest
    | w :: rest -> go n (w :: kept) rest
    | [] ->
        set key (List.rev kept);
        n
  in
  go 0 [] (at key)

let move key into ~most =
  let rec split n moved = function
    | w :: rest when n < most -> split (n + 1) (w :: moved) rest
    | rest -> (n, List.rev moved, rest)
  in
  let n, moved, rest = split 0 [] (at key) in
  set key rest;
  List.iter (fun w -> w.key <- into) moved;
  set into (at into @ moved);
  n

let check memory address expected =
  let* found = User_memory.load_word memory address in
  if found = expected land 0xffffffff then Ok () else Error Errno.EAGAIN

(* ---- calls ---- *)

let begin_wait memory address key ~expected ~mask =
  locked @@ fun () ->
  let* () = check memory address expected in
  let w = { key; mask; watch = Watch.create (); woken = false } in
  set key (at key @ [ w ]);
  Ok w

let end_wait w =
  locked @@ fun () ->
  if not w.woken then set w.key (List.filter (fun other -> other != w) (at w.key));
  w.woken

let wait memory address ~private_ ~expected ~mask patience =
  if mask = 0 then Error Errno.EINVAL
  else
    (* The word's page first: with the lock nothing is waited for. *)
    let* _ = User_memory.load_word memory address in
    let* key = key memory address ~private_ in
    Hal.User.count_futex_waiters 1;
    Fun.protect ~finally:(fun () -> Hal.User.count_futex_waiters (-1)) @@ fun () ->
    let* w = begin_wait memory address key ~expected ~mask in
    let attempt () = if w.woken then Ok () else Error Errno.EAGAIN in
    let answer = Patience.retry_after_on patience w.watch Readiness.readable attempt in
    if end_wait w then Ok 0
    else match answer with Ok () | Error EAGAIN -> Error Errno.ETIMEDOUT | Error error -> Error error

let wake memory address ~private_ ~most ~mask =
  if mask = 0 then Error Errno.EINVAL
  else
    let* key = key memory address ~private_ in
    Ok (locked (fun () -> wake_at key ~most ~mask))

let requeue memory address ~private_ ~wake ~into ~most ~expected =
  if wake < 0 || most < 0 then Error Errno.EINVAL
  else
    let* key1 = key memory address ~private_ in
    let* key2 = key memory into ~private_ in
    locked @@ fun () ->
    let* () =
      match expected with None -> Ok () | Some expected -> check memory address expected
    in
    let woken = wake_at key1 ~most:wake ~mask:all in
    Ok (woken + if key1 = key2 then 0 else move key1 key2 ~most)

(* ---- FUTEX_WAKE_OP: what to do and what to compare are packed in one number ---- *)

let sign12 n = if n land 0x800 <> 0 then n - 0x1000 else n

let changed operation found =
  let argument = sign12 ((operation lsr 12) land 0xfff) in
  let argument = if operation land 0x80000000 <> 0 then 1 lsl (argument land 31) else argument in
  let signed = if found land 0x80000000 <> 0 then found - 0x100000000 else found in
  match (operation lsr 28) land 7 with
  | 0 -> Ok argument
  | 1 -> Ok (signed + argument)
  | 2 -> Ok (signed lor argument)
  | 3 -> Ok (signed land lnot argument)
  | 4 -> Ok (signed lxor argument)
  | _ -> Error Errno.ENOSYS

let holds operation found =
  let against = sign12 (operation land 0xfff) in
  let signed = if found land 0x80000000 <> 0 then found - 0x100000000 else found in
  match (operation lsr 24) land 0xf with
  | 0 -> Ok (signed = against)
  | 1 -> Ok (signed <> against)
  | 2 -> Ok (signed < against)
  | 3 -> Ok (signed <= against)
  | 4 -> Ok (signed > against)
  | 5 -> Ok (signed >= against)
  | _ -> Error Errno.ENOSYS

let rec change memory address operation =
  let* found = User_memory.load_word memory address in
  let* desired = changed operation found in
  let* before = User_memory.exchange memory address ~expected:found (desired land 0xffffffff) in
  if before = found then Ok found else change memory address operation

let wake_both memory address ~private_ ~most ~second ~second_most ~operation =
  let* key1 = key memory address ~private_ in
  let* key2 = key memory second ~private_ in
  locked @@ fun () ->
  let* found = change memory second operation in
  let* also = holds operation found in
  let woken = wake_at key1 ~most ~mask:all in
  Ok (woken + if also then wake_at key2 ~most:second_most ~mask:all else 0)
