open Fs
module Space = Hal.Space

let piece = 65536
let page = 4096
let in_reach ~at ~length = at >= 0 && length >= 0 && at <= Space.top - length

(* ---- all or nothing ---- *)

(* Moves [length] bytes by [step from length], each of which may come short; Error when it does so
   for good. *)
let rec all space ~at ~length wants ~from step =
  if from >= length then Ok ()
  else
    let n = step from (min piece (length - from)) in
    if n > 0 then all space ~at ~length wants ~from:(from + n) step
    else
      match Space.touch space (at + from) wants with
      | Resolved -> all space ~at ~length wants ~from step
      | No_memory -> Error Errno.ENOMEM
      | _ -> Error EFAULT

let all memory ~at ~length wants step =
  let space = Memory.space memory in
  if not (in_reach ~at ~length) then Error Errno.EFAULT
  else all space ~at ~length wants ~from:0 (fun from n -> step space ~at:(at + from) from n)

let read memory ~at length =
  if not (in_reach ~at ~length) then Error Errno.EFAULT
  else
    let bytes = Bytes.create length in
    let step space ~at from n = Space.read space ~at bytes from n in
    Result.map (fun () -> bytes) (all memory ~at ~length Read step)

let write memory ~at bytes =
  let step space ~at from n = Space.write space ~at bytes from n in
  all memory ~at ~length:(Bytes.length bytes) Write step

let zeros = Bytes.make piece '\000'

let fill memory ~at length =
  all memory ~at ~length Write (fun space ~at _ n -> Space.write space ~at zeros 0 n)

(* Page by page, so that what lies behind the string is not asked for. *)
let string memory ~at ~limit =
  let buffer = Buffer.create 64 in
  let rec from at left =
    if left = 0 then Ok None
    else
      let n = min left (page - (at land (page - 1))) in
      match read memory ~at n with
      | Error _ as error -> error
      | Ok bytes -> (
          match Bytes.index_opt bytes '\000' with
          | Some stop ->
              Buffer.add_subbytes buffer bytes 0 stop;
              Ok (Some (Buffer.contents buffer))
          | None ->
              Buffer.add_bytes buffer bytes;
              from (at + n) (left - n))
  in
  if at < 0 then Error Errno.EFAULT else from at limit

(* ---- words ---- *)

let word bytes at =
  let n = Bytes.get_int64_le bytes at in
  let int = Int64.to_int n in
  if Int64.of_int int = n then int else min_int

let get32 memory at =
  Result.map (fun b -> Int32.to_int (Bytes.get_int32_le b 0)) (read memory ~at 4)

let get64 memory at = Result.map (fun b -> word b 0) (read memory ~at 8)

let set32 memory at n =
  let bytes = Bytes.create 4 in
  Bytes.set_int32_le bytes 0 (Int32.of_int n);
  write memory ~at bytes

let set64 memory at n =
  let bytes = Bytes.create 8 in
  Bytes.set_int64_le bytes 0 (Int64.of_int n);
  write memory ~at bytes

let load_word memory at =
  if at land 3 <> 0 then Error Errno.EINVAL
  else Result.map (fun n -> n land 0xffffffff) (get32 memory at)

let rec exchange memory at ~expected desired =
  let space = Memory.space memory in
  match Space.exchange space ~at ~expected desired with
  | -1 -> (
      match Space.touch space at Write with
      | Resolved -> exchange memory at ~expected desired
      | _ -> Error Errno.EFAULT)
  | found -> Ok found

(* ---- transfers ---- *)

(* The pieces are used up one after the other. *)
type pieces = { space : Space.t; mutable left : (int * int) list }

let take pieces n =
  match pieces.left with
  | (at, length) :: rest ->
      pieces.left <- (if n = length then rest else (at + n, length - n) :: rest)
  | [] -> ()

(* [why]: what else than the memory here stops at the byte of this number. *)
let rec move pieces wants length ~why ~from step =
  match pieces.left with
  | (at, there) :: _ when from < length ->
      let n = min (min piece there) (length - from) in
      let moved = if in_reach ~at ~length:n then step ~at from n else 0 in
      take pieces moved;
      if moved > 0 then move pieces wants length ~why ~from:(from + moved) step
      else resolve pieces wants length ~why ~from ~at step
  | _ -> Ok from

and resolve pieces wants length ~why ~from ~at step =
  let stops error = if from > 0 then Ok from else Error error in
  match if at < 0 then Space.Unmapped else Space.touch pieces.space at wants with
  | Resolved -> (
      match why from with
      | None -> move pieces wants length ~why ~from step
      | Some error -> stops error)
  | No_memory -> stops Errno.ENOMEM
  | _ -> stops Errno.EFAULT

let why_not memory offset from =
  match Hal.Memory_object.why memory ~offset:(offset + from) with
  | None -> None
  | Some No_memory -> Some Errno.ENOMEM
  | Some (Absent _ | Outside) -> Some Errno.EIO

let transfer memory pieces =
  let space = Memory.space memory in
  let pieces = { space; left = List.filter (fun (_, length) -> length > 0) pieces } in
  let move wants ?(why = fun _ -> None) length step = move pieces wants length ~why ~from:0 step in
  let put bytes position length =
    move Write length (fun ~at from n -> Space.write space ~at bytes (position + from) n)
  and take bytes position length =
    move Read length (fun ~at from n -> Space.read space ~at bytes (position + from) n)
  and load memory ~offset ~length =
    move Write length ~why:(why_not memory offset) (fun ~at from n ->
        Space.load space ~at memory ~offset:(offset + from) ~length:n)
  and store memory ~offset ~length =
    move Read length ~why:(why_not memory offset) (fun ~at from n ->
        Space.store space ~at memory ~offset:(offset + from) ~length:n)
  in
  let length = List.fold_left (fun sum (_, length) -> sum + max 0 length) 0 pieces.left in
  Transfer.make ~length { put; take; load; store }
