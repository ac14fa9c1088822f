open Hal

type work =
  | Put of bytes * int
  | Take of bytes * int
  | Load of Memory_object.t * int
  | Store of Memory_object.t * int

type move = work -> from:int -> int -> (int, Errno.t) result
type t = { mutable left : int; move : move; whole : t option  (** of what it is a part *) }

let make ~length move =
  if length < 0 then invalid_arg "Transfer.make";
  { left = length; move; whole = None }

let rec length t =
  match t.whole with None -> t.left | Some whole -> Int.min t.left (length whole)

let limit t n = { left = Int.max 0 n; move = t.move; whole = Some t }

let rec advance t n =
  t.left <- t.left - n;
  match t.whole with Some whole -> advance whole n | None -> ()

(* As long as it goes on; what went over counts, even when it then fails. *)
let rec move t work total moved =
  if moved = total then Ok moved
  else
    match t.move work ~from:moved (total - moved) with
    | Ok n when n > 0 ->
        advance t n;
        move t work total (moved + n)
    | Ok _ -> if moved > 0 then Ok moved else Error Errno.EFAULT
    | Error _ when moved > 0 -> Ok moved
    | Error _ as e -> e

let move t work wanted = move t work (Int.min wanted (length t)) 0
let put t bytes at n = move t (Put (bytes, at)) n
let take t bytes at n = move t (Take (bytes, at)) n
let load t memory ~offset ~length = move t (Load (memory, offset)) length
let store t memory ~offset ~length = move t (Store (memory, offset)) length

(* ---- the kernel's own ---- *)

let bound = 65536

let moved memory offset = function
  | 0 ->
      let is_short = Memory_object.why memory ~offset = Some No_memory in
      Error (if is_short then Errno.ENOMEM else Errno.EFAULT)
  | n -> Ok n

let move_here bytes at work ~from n =
  match work with
  | Put (source, offset) ->
      Bytes.blit source (offset + from) bytes at n;
      Ok n
  | Take (destination, offset) ->
      Bytes.blit bytes at destination (offset + from) n;
      Ok n
  | Load (memory, offset) ->
      let offset = offset + from in
      moved memory offset (Memory_object.read memory ~offset bytes at (Int.min bound n))
  | Store (memory, offset) ->
      let offset = offset + from in
      moved memory offset (Memory_object.write memory ~offset bytes at (Int.min bound n))

let of_bytes bytes position length =
  if position < 0 || length < 0 || position > Bytes.length bytes - length then
    invalid_arg "Transfer.of_bytes";
  let at = ref position in
  make ~length @@ fun work ~from n ->
  let answer = move_here bytes !at work ~from n in
  Result.iter (fun n -> at := !at + n) answer;
  answer

let of_string text = of_bytes (Bytes.of_string text) 0 (String.length text)
