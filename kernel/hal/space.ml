type t
type access = { read : bool; write : bool; execute : bool }
type error = Not_pages | Occupied | Never_written | No_room
type fork_mark = Forked | Left_out | Kept | Wiped
type wants = Read | Write | Execute

(* SAFETY: a custom block around a pointer to the space, NULL once freed, which C checks. *)
external create_with : int -> t = "hal_space_create"
external free : t -> unit = "hal_space_free"
external fork : t -> t = "hal_space_fork"
external get_top : unit -> int = "hal_space_top" [@@noalloc]
external get_bottom : unit -> int = "hal_space_bottom" [@@noalloc]

(* SAFETY: C checks addresses and sizes. Arrays of five, three and two integers are written. *)
external map_at : t -> int -> int -> int -> bool -> Memory_object.t option -> int -> int
  = "hal_space_map_bytecode" "hal_space_map"

external limit_stacks : t -> int -> unit = "hal_space_limit_stacks"
external map_like_at : t -> int -> int -> int -> int -> int = "hal_space_map_like"
external move_to : t -> int -> int -> int -> int = "hal_space_move"
external mark_at : t -> int -> int -> fork_mark -> int = "hal_space_mark"
external unmap_at : t -> int -> int -> int = "hal_space_unmap"
external discard_at : t -> int -> int -> int = "hal_space_discard"
external protect_at : t -> int -> int -> int -> int = "hal_space_protect"
external code_written : t -> unit = "hal_space_code_written"
external region : t -> int -> int array -> bool = "hal_space_region"
external get_figures : t -> int array -> unit = "hal_space_figures"
external physical_at : t -> int -> int = "hal_space_physical"
external touch_at : t -> int -> wants -> int array -> int = "hal_space_touch"

(* SAFETY: the range of the bytes is checked before; C checks the rest. *)
external unsafe_read : t -> int -> bytes -> int -> int -> int = "hal_space_read"
external unsafe_write : t -> int -> bytes -> int -> int -> int = "hal_space_write"
external load_at : t -> int -> Memory_object.t -> int -> int -> int = "hal_space_load"
external store_at : t -> int -> Memory_object.t -> int -> int -> int = "hal_space_store"
external exchange_at : t -> int -> int -> int -> int = "hal_space_exchange"

let create ~limit = create_with limit
let top = get_top ()
let bottom = get_bottom ()

(* ---- regions ---- *)

let error = function -1 -> Not_pages | -2 -> Occupied | -4 -> Never_written | _ -> No_room

let bits { read; write; execute } =
  Bool.to_int read lor (Bool.to_int write lsl 1) lor (Bool.to_int execute lsl 2)

let access bits = { read = bits land 1 <> 0; write = bits land 2 <> 0; execute = bits land 4 <> 0 }

let flag bit set = if set then bit else 0

let map t ?(at = 0) ?(shared = false) ?(never_written = false) ?(grows = false) ~size access shows =
  let memory, offset =
    match shows with None -> (None, 0) | Some (memory, offset) -> (Some memory, offset)
  in
  let bits = bits access lor flag 8 never_written lor flag 16 grows in
  let result = map_at t at size bits shared memory offset in
  if result < 0 then Error (error result) else Ok result

let map_like t ~like ~skip ?(at = 0) ~size () =
  match map_like_at t like skip at size with
  | result when result < 0 -> Error (error result)
  | result -> Ok result

let done_or_error = function 0 -> Ok () | result -> Error (error result)
let move t ~from ~into ~size = done_or_error (move_to t from into size)
let mark t ~at ~size mark = done_or_error (mark_at t at size mark)
let unmap t ~at ~size = done_or_error (unmap_at t at size)
let discard t ~at ~size = done_or_error (discard_at t at size)
let protect t ~at ~size access = done_or_error (protect_at t at size (bits access))

type region = {
  start : int;
  stop : int;
  access : access;
  shared : bool;
  shows : bool;
  offset : int;
  pager : int;
}

let region_at_or_after t at =
  let found = Array.make 5 0 in
  if not (region t at found) then None
  else
    Some
      {
        start = found.(0);
        stop = found.(1);
        access = access found.(2);
        shared = found.(2) land 8 <> 0;
        shows = found.(2) land 16 <> 0;
        offset = found.(3);
        pager = found.(4);
      }

type figures = { limit : int; frames : int; mapped : int }

let figures t =
  let found = Array.make 3 0 in
  get_figures t found;
  { limit = found.(0); frames = found.(1); mapped = found.(2) }

(* ---- faults ---- *)

type fault =
  | Resolved
  | Unmapped
  | Forbidden
  | Outside
  | Absent of { pager : int; index : int }
  | No_memory

(* As enum fault_end. *)
let fault_of_number number ~pager ~index =
  match number with
  | 0 -> Resolved
  | 1 -> Unmapped
  | 2 -> Forbidden
  | 3 -> Outside
  | 4 -> Absent { pager; index }
  | _ -> No_memory

let touch t at wants =
  let absent = Array.make 2 0 in
  let number = touch_at t at wants absent in
  fault_of_number number ~pager:absent.(0) ~index:absent.(1)

let physical t at = match physical_at t at with -1 -> None | where -> Some where

(* ---- copies ---- *)

let bound = 65536

let check ~length bytes position =
  if length < 0 || length > bound || position < 0 || position > Bytes.length bytes - length then
    invalid_arg "Space: outside of the bytes, or too many"

let read t ~at bytes position length =
  check ~length bytes position;
  unsafe_read t at bytes position length

let write t ~at bytes position length =
  check ~length bytes position;
  unsafe_write t at bytes position length

let check_bound length = if length < 0 || length > bound then invalid_arg "Space: too many bytes"

let load t ~at memory ~offset ~length =
  check_bound length;
  load_at t at memory offset length

let store t ~at memory ~offset ~length =
  check_bound length;
  store_at t at memory offset length

let exchange t ~at ~expected desired = exchange_at t at expected desired
