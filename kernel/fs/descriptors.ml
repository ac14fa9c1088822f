type slot = { file : File.t; mutable close_on_exec : bool }

type t = {
  turn : Sync.Lock.t;
  mutable slots : slot option array;
  mutable lowest : int;  (** no number below is free *)
  mutable limit : int;
  mutable owner : int;
  holders : int Atomic.t;
}

let make slots ~lowest ~limit =
  { turn = Sync.Lock.create (); slots; lowest; limit; owner = 0; holders = Atomic.make 1 }

let create ~limit = make (Array.make 16 None) ~lowest:0 ~limit
let locked t f = Sync.Lock.protect t.turn f
let hold t = Atomic.incr t.holders
let is_shared t = Atomic.get t.holders > 1

let copy t =
  locked t @@ fun () ->
  let same slot =
    File.hold slot.file;
    { slot with close_on_exec = slot.close_on_exec }
  in
  make (Array.map (Option.map same) t.slots) ~lowest:t.lowest ~limit:t.limit

let owner t = t.owner
let set_owner t owner = t.owner <- owner
let set_limit t limit = locked t (fun () -> t.limit <- limit)
let limit t = t.limit

(* ---- with the lock ---- *)

let get t n = if n < 0 || n >= Array.length t.slots then None else t.slots.(n)

let make_room t n =
  let length = Array.length t.slots in
  if n >= length then begin
    let slots = Array.make (Int.max (n + 1) (2 * length)) None in
    Array.blit t.slots 0 slots 0 length;
    t.slots <- slots
  end

let rec free_from t n = if Option.is_none (get t n) then n else free_from t (n + 1)

let set t n slot =
  make_room t n;
  t.slots.(n) <- slot;
  if Option.is_none slot then t.lowest <- Int.min t.lowest n

(* What was there, which is to be released without the lock. *)
let take t n =
  let slot = get t n in
  if Option.is_some slot then set t n None;
  slot

let slot_at t n = Option.to_result (get t n) ~none:Errno.EBADF

(* ---- numbers ---- *)

let is_full t = locked t (fun () -> free_from t t.lowest >= t.limit)

let add t ?(from = 0) ?(close_on_exec = false) file =
  let place () =
    let n = free_from t (Int.max from t.lowest) in
    if from < 0 || (from > 0 && from >= t.limit) then Error Errno.EINVAL
    else if n >= t.limit then Error EMFILE
    else begin
      set t n (Some { file; close_on_exec });
      if n = t.lowest || from <= t.lowest then t.lowest <- n + 1;
      Ok n
    end
  in
  let answer = locked t place in
  if Result.is_error answer then File.release file;
  answer

let close_slot t slot =
  let close { file; _ } =
    Locks.forget file.File.file.node ~process:t.owner;
    File.release file
  in
  Option.iter close slot

let replace t n ~close_on_exec file =
  let place () =
    if n < 0 || n >= t.limit then Error Errno.EBADF
    else begin
      let before = get t n in
      set t n (Some { file; close_on_exec });
      Ok before
    end
  in
  match locked t place with
  | Ok before ->
      close_slot t before;
      Ok ()
  | Error _ as error ->
      File.release file;
      error

let peek t n =
  let slots = t.slots in
  if n < 0 || n >= Array.length slots then Error Errno.EBADF
  else match slots.(n) with Some { file; _ } -> Ok file | None -> Error Errno.EBADF

(* Without the lock. What nobody lets hold it any more does not stand there any more either: it was
   closed, or replaced, before it was released. *)
let rec find t n =
  let slots = t.slots in
  if n < 0 || n >= Array.length slots then Error Errno.EBADF
  else
    match slots.(n) with
    | None -> Error Errno.EBADF
    | Some { file; _ } -> if File.try_hold file then Ok file else find t n

let using t n f =
  match find t n with
  | Error _ as error -> error
  | Ok file -> (
      match f file with
      | answer ->
          File.release file;
          answer
      | exception e ->
          let backtrace = Printexc.get_raw_backtrace () in
          File.release file;
          Printexc.raise_with_backtrace e backtrace)

let close t n =
  match locked t (fun () -> take t n) with
  | None -> Error Errno.EBADF
  | slot ->
      close_slot t slot;
      Ok ()

let each_in t ~first ~last f =
  for n = Int.max 0 first to Int.min last (Array.length t.slots - 1) do
    f n
  done

let close_range t ~first ~last = each_in t ~first ~last (fun n -> ignore (close t n : _ result))

let mark t value n = Result.map (fun slot -> slot.close_on_exec <- value) (slot_at t n)

let mark_range t ~first ~last =
  locked t (fun () -> each_in t ~first ~last (fun n -> ignore (mark t true n : _ result)))

let close_on_exec t n = locked t (fun () -> Result.map (fun s -> s.close_on_exec) (slot_at t n))
let set_close_on_exec t n value = locked t (fun () -> mark t value n)

let numbers_where t holds =
  let add n found = match get t n with Some slot when holds slot -> n :: found | _ -> found in
  locked t (fun () -> List.fold_right add (List.init (Array.length t.slots) Fun.id) [])

let numbers t = numbers_where t (fun _ -> true)

let close_all t numbers = List.iter (fun n -> ignore (close t n : _ result)) numbers
let close_all_on_exec t = close_all t (numbers_where t (fun slot -> slot.close_on_exec))
let release t = if Atomic.fetch_and_add t.holders (-1) = 1 then close_all t (numbers t)
