open Hal
open Sync

let ( let* ) = Result.bind

type shown =
  | Nothing
  | Module of { memory : Memory_object.t; ahead : int }  (** how far into it the bytes begin *)
  | Own of Memory_object.t

(* [counted] are the pages that the space knows of; it and [shown] change with the lock. *)
type t = {
  space : Tmp_space.t;
  lock : Lock.t;
  size : int Atomic.t;
  mutable shown : shown;
  mutable counted : int;
}

let size_max = 1 lsl 50
let page = Tmp_space.page

let make space size shown =
  { space; lock = Lock.create (); size = Atomic.make size; shown; counted = 0 }

let empty space = make space 0 Nothing

let of_module space contents ~offset ~size =
  let memory, ahead = Memory_object.of_module contents ~offset ~size in
  make space size (Module { memory; ahead })

let size t = Atomic.get t.size
let pages t = t.counted

(* ---- what it takes ---- *)

(* [taken] pages were taken for it, of which some may not have been needed. *)
let settle t memory ~taken =
  let now = Memory_object.frames memory in
  let more = now - t.counted - taken in
  t.counted <- now;
  Tmp_space.correct t.space more

(* Takes pages for what is absent of so many bytes: how many of these have room, and the pages. *)
let room t memory ~at length =
  let last = (at + length - 1) / page in
  let rec go index taken =
    if index > last then (length, taken)
    else if Memory_object.is_present memory ~index then go (index + 1) taken
    else if Tmp_space.take t.space then go (index + 1) (taken + 1)
    else (Int.max 0 ((index * page) - at), taken)
  in
  go (at / page) 0

(* ---- one of its own ---- *)

let fresh size =
  match Memory_object.create ~size with
  | memory -> Ok memory
  | exception Out_of_memory -> Error Errno.ENOMEM

(* One piece, all of it. *)
let copy_piece t source ~ahead memory buffer ~at n =
  let allowed, taken = room t memory ~at n in
  let moved =
    if allowed < n || Memory_object.read source ~offset:(ahead + at) buffer 0 n < n then 0
    else Memory_object.write memory ~offset:at buffer 0 n
  in
  settle t memory ~taken;
  if allowed < n then Error Errno.ENOSPC else if moved < n then Error Errno.ENOMEM else Ok n

let bound = 65536

let copy t source ~ahead memory ~size =
  let buffer = Bytes.create bound in
  let rec pieces at n =
    if n = 0 then Ok ()
    else
      let* moved = copy_piece t source ~ahead memory buffer ~at (Int.min bound n) in
      pieces (at + moved) (n - moved)
  in
  let step moved n = Result.map (fun () -> n) (pieces moved n) in
  let* moved = Stretch.moving ~total:size step in
  if moved = size then Ok () else Error Errno.ENOSPC

let give_back t memory =
  Memory_object.release memory;
  Tmp_space.correct t.space (-t.counted);
  t.counted <- 0

let copied t source ~ahead =
  let size = size t in
  let* memory = fresh size in
  let abandon () = give_back t memory in
  match copy t source ~ahead memory ~size with
  | Ok () -> Ok memory
  | Error _ as e ->
      abandon ();
      e
  | exception e ->
      abandon ();
      raise e

(* With the lock. *)
let own t =
  let* memory =
    match t.shown with
    | Own memory -> Ok memory
    | Nothing -> fresh 0
    | Module { memory; ahead } -> copied t memory ~ahead
  in
  t.shown <- Own memory;
  Ok memory

(* ---- reading ---- *)

let load t memory transfer ~ahead ~at length =
  match Transfer.load transfer memory ~offset:(ahead + at) ~length with
  | Error _ when size t <= at -> Ok 0 (* it was cut meanwhile *)
  | result -> result

let read t ~at transfer =
  let total = Int.min (Transfer.length transfer) (size t - at) in
  let from memory ahead =
    Stretch.moving ~total (fun moved n -> load t memory transfer ~ahead ~at:(at + moved) n)
  in
  match t.shown with
  | _ when total <= 0 -> Ok 0
  | Nothing -> Ok 0
  | Module { memory; ahead } -> from memory ahead
  | Own memory -> from memory 0

(* ---- writing ---- *)

(* The object ends where the data do, but while bytes are on their way. *)
let ending t memory ~taken f =
  let finally () =
    if Memory_object.size memory > size t then Memory_object.resize memory (size t);
    settle t memory ~taken
  in
  Fun.protect ~finally f

let store t memory transfer ~at length =
  let result = Transfer.store transfer memory ~offset:at ~length in
  Result.iter (fun moved -> if at + moved > size t then Atomic.set t.size (at + moved)) result;
  result

let piece t memory transfer ~at length =
  let length = Int.min bound length in
  let allowed, taken = room t memory ~at length in
  let end_ = at + allowed in
  if allowed = length && taken = 0 && end_ <= size t then store t memory transfer ~at length
  else
    ending t memory ~taken @@ fun () ->
    if allowed = 0 then Error Errno.ENOSPC
    else begin
      if Memory_object.size memory < end_ then Memory_object.resize memory end_;
      store t memory transfer ~at allowed
    end

let rec pieces t memory transfer ~at length =
  if length <= bound then piece t memory transfer ~at length
  else
    let* moved = piece t memory transfer ~at bound in
    if moved < bound then Ok moved
    else
      match pieces t memory transfer ~at:(at + moved) (length - moved) with
      | Ok more -> Ok (moved + more)
      | Error _ -> Ok moved

let write t ~at transfer =
  let total = Transfer.length transfer in
  if total = 0 then Ok 0
  else
    Lock.protect t.lock @@ fun () ->
    let at = if at = Node.at_end then size t else at in
    if at >= size_max then Error Errno.EFBIG
    else
      let* memory = own t in
      let total = Int.min total (size_max - at) in
      Stretch.moving ~total (fun moved n -> pieces t memory transfer ~at:(at + moved) n)

let resize_locked t wanted =
  match t.shown with
  | (Nothing | Module _) when wanted = 0 ->
      t.shown <- Nothing;
      Atomic.set t.size 0;
      Ok ()
  | _ ->
      let* memory = own t in
      if wanted < size t then Atomic.set t.size wanted;
      Memory_object.resize memory wanted;
      Atomic.set t.size wanted;
      settle t memory ~taken:0;
      Ok ()

let resize t wanted =
  if wanted > size_max then Error Errno.EFBIG
  else Lock.protect t.lock (fun () -> resize_locked t wanted)

(* ---- mappings ---- *)

let memory t ~writable =
  Lock.protect t.lock @@ fun () ->
  match t.shown with
  | Module { memory; ahead = 0 } when (not writable) && size t land (page - 1) = 0 -> Ok memory
  | _ -> own t

let finish t =
  match t.shown with
  | Own memory ->
      t.shown <- Nothing;
      Atomic.set t.size 0;
      give_back t memory
  | Nothing | Module _ -> t.shown <- Nothing
