open Hal

type peer = {
  put : bytes -> int -> int -> (int, Errno.t) result;
  take : bytes -> int -> int -> (int, Errno.t) result;
  load : Memory_object.t -> offset:int -> length:int -> (int, Errno.t) result;
  store : Memory_object.t -> offset:int -> length:int -> (int, Errno.t) result;
}

type t = { mutable left : int; peer : peer; whole : t option  (** of what it is a part *) }

let make ~length peer =
  if length < 0 then invalid_arg "Transfer.make";
  { left = length; peer; whole = None }

let rec length t =
  match t.whole with None -> t.left | Some whole -> Int.min t.left (length whole)

let limit t n = { left = Int.max 0 n; peer = t.peer; whole = Some t }

let rec advance t n =
  t.left <- t.left - n;
  Option.iter (fun whole -> advance whole n) t.whole

(* As long as it goes on; what went over counts, even when it then fails. *)
let move t wanted step =
  let total = Int.min wanted (length t) in
  let rec go done_ =
    if done_ = total then Ok done_
    else
      match step done_ (total - done_) with
      | Ok n when n > 0 ->
          advance t n;
          go (done_ + n)
      | Ok _ -> if done_ > 0 then Ok done_ else Error Errno.EFAULT
      | Error _ when done_ > 0 -> Ok done_
      | Error _ as e -> e
  in
  go 0

let put t bytes at n = move t n (fun done_ left -> t.peer.put bytes (at + done_) left)
let take t bytes at n = move t n (fun done_ left -> t.peer.take bytes (at + done_) left)

let load t memory ~offset ~length =
  move t length (fun done_ length -> t.peer.load memory ~offset:(offset + done_) ~length)

let store t memory ~offset ~length =
  move t length (fun done_ length -> t.peer.store memory ~offset:(offset + done_) ~length)

(* ---- the kernel's own ---- *)

let bound = 65536

(* [at] is where the next byte is. *)
let peer_of bytes position =
  let at = ref position in
  let went n =
    at := !at + n;
    n
  in
  let moved memory offset = function
    | 0 ->
        let is_short = Memory_object.why memory ~offset = Some No_memory in
        Error (if is_short then Errno.ENOMEM else Errno.EFAULT)
    | n -> Ok (went n)
  in
  {
    put =
      (fun source from n ->
        Bytes.blit source from bytes !at n;
        Ok (went n));
    take =
      (fun destination to_ n ->
        Bytes.blit bytes !at destination to_ n;
        Ok (went n));
    load =
      (fun memory ~offset ~length ->
        moved memory offset (Memory_object.read memory ~offset bytes !at (Int.min bound length)));
    store =
      (fun memory ~offset ~length ->
        moved memory offset (Memory_object.write memory ~offset bytes !at (Int.min bound length)));
  }

let of_bytes bytes position length =
  if position < 0 || length < 0 || position > Bytes.length bytes - length then
    invalid_arg "Transfer.of_bytes";
  make ~length (peer_of bytes position)

let of_string text = of_bytes (Bytes.of_string text) 0 (String.length text)
