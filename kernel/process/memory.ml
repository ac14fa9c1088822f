open Fs
module Space = Hal.Space

(* Of an address on, up to another, without it. *)
type shown = { start : int; stop : int; file : Mounts.place }

type t = {
  space : Space.t;
  number : int;
  turn : Sync.Lock.t;
  holders : int Atomic.t;
  mutable break_start : int;
  mutable break : int;
  mutable address_limit : int;
  mutable files : shown list;
}

let page = 4096
let piece = 65536
let round_up size = (size + page - 1) land lnot (page - 1)

let numbers = Atomic.make 1

let make space =
  {
    space;
    number = Atomic.fetch_and_add numbers 1;
    turn = Sync.Lock.create ();
    holders = Atomic.make 1;
    break_start = 0;
    break = 0;
    address_limit = max_int;
    files = [];
  }

let create ~limit = make (Space.create ~limit)
let space t = t.space
let number t = t.number
let hold t = Atomic.incr t.holders
let release t = if Atomic.fetch_and_add t.holders (-1) = 1 then Space.free t.space

let rec hold_if_used t =
  let n = Atomic.get t.holders in
  n > 0 && (Atomic.compare_and_set t.holders n (n + 1) || hold_if_used t)

let locked t f = Sync.Lock.protect t.turn f

let fork t =
  locked t (fun () ->
      {
        (make (Space.fork t.space)) with
        break_start = t.break_start;
        break = t.break;
        address_limit = t.address_limit;
        files = t.files;
      })

(* ---- regions, with the lock ---- *)

type place = Anywhere | Hint of int | At of int | Free_at of int
type contents = Zeros | Shown of Hal.Memory_object.t * int

let errno : Space.error -> Errno.t = function
  | Not_pages -> EINVAL
  | Occupied -> EEXIST
  | Never_written -> EACCES
  | No_room -> ENOMEM

let outside ~at ~stop shown =
  let part start stop = if start < stop then [ { shown with start; stop } ] else [] in
  part shown.start (min shown.stop at) @ part (max shown.start stop) shown.stop

let unmap_range t ~at ~size =
  t.files <- List.concat_map (outside ~at ~stop:(at + size)) t.files;
  Result.map_error errno (Space.unmap t.space ~at ~size)

let is_free t ~at ~size =
  match Space.region_at_or_after t.space at with None -> true | Some r -> r.start >= at + size

(* Pages come when they are touched; but what is more than there can ever be is refused at once. *)
let most = (Hal.Machine.memory ()).total
let fits t size = size <= most && (Space.figures t.space).mapped + size <= t.address_limit
let is_reserved (access : Space.access) = not (access.read || access.write || access.execute)
let is_users ~at ~size = at >= Space.bottom && at <= Space.top - size

let map_now t place ~size ~shared ?never_written ?grows access shows =
  let map ?at () =
    Result.map_error errno (Space.map t.space ?at ~shared ?never_written ?grows ~size access shows)
  in
  match place with
  | Anywhere -> map ()
  | Hint at when at mod page = 0 && is_users ~at ~size && is_free t ~at ~size -> map ~at ()
  | Hint _ -> map ()
  | (At at | Free_at at) when at mod page <> 0 -> Error Errno.EINVAL
  | (At at | Free_at at) when not (is_users ~at ~size) ->
      Error (if at >= 0 && at < Space.bottom then EPERM else ENOMEM)
  | Free_at at -> map ~at ()
  | At at -> Result.bind (unmap_range t ~at ~size) (map ~at)

let map_zeros t place ~size ~shared ?grows access =
  if not shared then map_now t place ~size ~shared ?grows access None
  else
    let memory = Hal.Memory_object.create ~size in
    let result = map_now t place ~size ~shared access (Some (memory, 0)) in
    Hal.Memory_object.release memory;
    result

let remember t ~size file start =
  Option.iter (fun file -> t.files <- { start; stop = start + size; file } :: t.files) file;
  start

let map t place ~size ?(shared = false) ?(sparse = false) ?never_written ?grows ?file access
    contents =
  let size = round_up size in
  if size <= 0 then Error Errno.EINVAL
  else
    locked t @@ fun () ->
    if not (fits t (if sparse || is_reserved access then 0 else size)) then Error Errno.ENOMEM
    else
      let mapped =
        match contents with
        | Zeros -> map_zeros t place ~size ~shared ?grows access
        | Shown (memory, offset) ->
            map_now t place ~size ~shared ?never_written access (Some (memory, offset))
      in
      Result.map (remember t ~size file) mapped

let unmap t ~at ~size =
  let size = round_up size in
  if at mod page <> 0 || size <= 0 || not (at >= 0 && at <= Space.top - size) then
    Error Errno.EINVAL
  else if at + size <= Space.bottom then Ok ()
  else
    let from = max at Space.bottom in
    locked t (fun () -> unmap_range t ~at:from ~size:(at + size - from))

let protect t ~at ~size access =
  let size = round_up size in
  if at mod page <> 0 then Error Errno.EINVAL
  else if size = 0 then Ok ()
  else if not (is_users ~at ~size) then Error Errno.ENOMEM
  else locked t (fun () -> Result.map_error errno (Space.protect t.space ~at ~size access))

let rec is_mapped_now t ~at ~stop =
  at >= stop
  ||
  match Space.region_at_or_after t.space at with
  | Some r when r.start <= at -> is_mapped_now t ~at:r.stop ~stop
  | _ -> false

let is_mapped t ~at ~size = locked t (fun () -> is_mapped_now t ~at ~stop:(at + size))

let discard t ~at ~size =
  let size = round_up size in
  if at mod page <> 0 || size < 0 then Error Errno.EINVAL
  else if size = 0 then Ok ()
  else
    locked t @@ fun () ->
    if not (is_mapped_now t ~at ~stop:(at + size)) then Error Errno.ENOMEM
    else Result.map_error errno (Space.discard t.space ~at ~size)

let regions t =
  let rec from at found =
    match Space.region_at_or_after t.space at with
    | None -> List.rev found
    | Some r -> from r.stop (r :: found)
  in
  locked t (fun () -> from 0 [])

let file_of t (r : Space.region) =
  let shows shown = r.shows && shown.start <= r.start && r.start < shown.stop in
  Option.map (fun shown -> shown.file) (List.find_opt shows t.files)

(* ---- mremap ---- *)

let ( let* ) = Result.bind

let region_of t ~at ~size =
  match Space.region_at_or_after t.space at with
  | Some r when r.start <= at && at + size <= r.stop -> Ok r
  | _ -> Error Errno.EFAULT

(* So many bytes of what is at [like], from [skip] behind it on. *)
let map_like t ?at ~like ~skip ~size () =
  let shows shown = shown.start <= like && like < shown.stop in
  let file = Option.map (fun shown -> shown.file) (List.find_opt shows t.files) in
  let mapped = Space.map_like t.space ~like ~skip ?at ~size () in
  Result.map_error errno (Result.map (remember t ~size file) mapped)

let grow_in_place t (r : Space.region) ~at ~old_size ~size =
  let from = at + old_size and more = size - old_size in
  r.stop = from
  && is_users ~at:from ~size:more
  && is_free t ~at:from ~size:more
  && Result.is_ok (map_like t ~at:from ~like:at ~skip:old_size ~size:more ())

let move_pages t ~at ~into ~old_size ~size =
  match Space.move t.space ~from:at ~into ~size:(min old_size size) with
  | Ok () -> Ok ()
  | Error e ->
      let* () = unmap_range t ~at:into ~size in
      Error (errno e)

let move_to t ?into ~at ~old_size ~size ~keeps () =
  let* () =
    match into with
    | Some into when is_users ~at:into ~size -> unmap_range t ~at:into ~size
    | Some _ -> Error Errno.EINVAL
    | None -> Ok ()
  in
  let* into = map_like t ?at:into ~like:at ~skip:0 ~size () in
  let* () = if old_size = 0 then Ok () else move_pages t ~at ~into ~old_size ~size in
  let* () = if keeps || old_size = 0 then Ok () else unmap_range t ~at ~size:old_size in
  Ok into

type move = In_place | May_move | Move_to of int

let overlap ~at ~old_size ~into ~size = into < at + old_size && at < into + size

let remap t ~at ~old_size ~size ~keeps move =
  let old_size = round_up old_size and size = round_up size in
  let growth = size - old_size in
  let is_wrong = at mod page <> 0 || size <= 0 || old_size < 0 || (keeps && growth <> 0) in
  if is_wrong then Error Errno.EINVAL
  else
    locked t @@ fun () ->
    let* r = region_of t ~at ~size:old_size in
    match move with
    | _ when old_size = 0 && not r.shared -> Error Errno.EINVAL
    | Move_to into when into mod page <> 0 || overlap ~at ~old_size ~into ~size ->
        Error Errno.EINVAL
    | _ when (growth > 0 || keeps) && not (fits t (max growth (if keeps then size else 0))) ->
        Error Errno.ENOMEM
    | Move_to into -> move_to t ~into ~at ~old_size ~size ~keeps ()
    | May_move when keeps -> move_to t ~at ~old_size ~size ~keeps ()
    | _ when growth = 0 -> Ok at
    | _ when growth < 0 ->
        let* () = unmap_range t ~at:(at + size) ~size:(-growth) in
        Ok at
    | _ when old_size > 0 && grow_in_place t r ~at ~old_size ~size -> Ok at
    | May_move -> move_to t ~at ~old_size ~size ~keeps ()
    | In_place -> Error Errno.ENOMEM

let mark_for_fork t ~at ~size mark =
  locked t (fun () -> Result.map_error errno (Space.mark t.space ~at ~size mark))

(* ---- the heap ---- *)

let set_break t ~start =
  t.break_start <- start;
  t.break <- start

let break t = t.break
let break_start t = t.break_start
let data : Space.access = { read = true; write = true; execute = false }

let grow t from stop =
  let size = stop - from in
  size = 0
  || (fits t size && is_free t ~at:from ~size
     && Result.is_ok (Space.map t.space ~at:from ~size data None))

let shrink t from stop = from = stop || Result.is_ok (unmap_range t ~at:from ~size:(stop - from))

let move_break t wanted =
  locked t @@ fun () ->
  let before = round_up t.break and after = round_up wanted in
  let moves =
    wanted >= t.break_start && after < Space.top
    && if after >= before then grow t before after else shrink t after before
  in
  if moves then t.break <- wanted;
  t.break

let set_address_limit t limit = t.address_limit <- limit
let set_stack_limit t limit = Space.limit_stacks t.space limit

(* ---- what a page is ---- *)

let is_shared t at =
  match Space.region_at_or_after t.space at with Some r -> r.start <= at && r.shared | None -> false

let code_written t = Space.code_written t.space
let is_resident t at = Space.physical t.space at <> None

let physical t at =
  match Space.touch t.space at Write with Resolved -> Space.physical t.space at | _ -> None
