open Fs
module Space = Hal.Space

let piece = 65536
let in_reach ~at ~length = at >= 0 && length >= 0 && at <= Space.top - length

(* ---- all or nothing ---- *)

(* Moves [length] bytes by [step from length], each of which may come short; Error when it does so
   for good. *)
let rec all space ~at ~length wants ~from step =
  if from >= length then Ok ()
  else
    let n = step from (Int.min piece (length - from)) in
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

let strings_piece = 128

(* By pieces that no page ends in, so that what lies behind the string is not asked for. *)
let rec string_from memory ~at ~limit pieces =
  if limit = 0 then Ok None
  else
    let n = Int.min limit (strings_piece - (at land (strings_piece - 1))) in
    match read memory ~at n with
    | Error _ as error -> error
    | Ok bytes -> (
        match Bytes.index_opt bytes '\000' with
        | Some stop ->
            Ok (Some (String.concat "" (List.rev (Bytes.sub_string bytes 0 stop :: pieces))))
        | None ->
            let pieces = Bytes.unsafe_to_string bytes :: pieces in
            string_from memory ~at:(at + n) ~limit:(limit - n) pieces)

let string memory ~at ~limit =
  if at < 0 then Error Errno.EFAULT else string_from memory ~at ~limit []

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

(* The first piece that is left, of which the others follow. *)
type pieces = {
  space : Space.t;
  mutable at : int;
  mutable length : int;
  mutable others : (int * int) list;
}

let rec next pieces =
  match pieces.others with
  | (at, length) :: others ->
      pieces.at <- at;
      pieces.length <- length;
      pieces.others <- others;
      if length <= 0 then next pieces
  | [] -> ()

let advance pieces n =
  pieces.at <- pieces.at + n;
  pieces.length <- pieces.length - n;
  if pieces.length = 0 then next pieces

let wants : Transfer.work -> Space.wants = function
  | Put _ | Load _ -> Write
  | Take _ | Store _ -> Read

let step space ~at (work : Transfer.work) from n =
  match work with
  | Put (bytes, offset) -> Space.write space ~at bytes (offset + from) n
  | Take (bytes, offset) -> Space.read space ~at bytes (offset + from) n
  | Load (memory, offset) -> Space.load space ~at memory ~offset:(offset + from) ~length:n
  | Store (memory, offset) -> Space.store space ~at memory ~offset:(offset + from) ~length:n

(* What else than the memory here stops at the byte of this number. *)
let why (work : Transfer.work) from =
  match work with
  | Put _ | Take _ -> None
  | Load (memory, offset) | Store (memory, offset) -> (
      match Hal.Memory_object.why memory ~offset:(offset + from) with
      | None -> None
      | Some No_memory -> Some Errno.ENOMEM
      | Some (Absent _ | Outside) -> Some Errno.EIO)

let rec move pieces work ~from n =
  let { space; at; length; _ } = pieces in
  let n = Int.min (Int.min piece length) (Int.min n (Space.top - at)) in
  let moved = if at >= 0 && n > 0 then step space ~at work from n else 0 in
  if moved > 0 then begin
    advance pieces moved;
    Ok moved
  end
  else
    match if at < 0 then Space.Unmapped else Space.touch space at (wants work) with
    | Resolved -> (
        match why work from with None -> move pieces work ~from n | Some error -> Error error)
    | No_memory -> Error Errno.ENOMEM
    | _ -> Error Errno.EFAULT

let area memory ~at length =
  let length = Int.max 0 length in
  Transfer.make ~length (move { space = Memory.space memory; at; length; others = [] })

let transfer memory pieces =
  let add sum (_, length) = sum + Int.max 0 length in
  let left = { space = Memory.space memory; at = 0; length = 0; others = pieces } in
  next left;
  Transfer.make ~length:(List.fold_left add 0 pieces) (move left)
