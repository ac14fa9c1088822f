(* The number has 64 bits, without a sign; it never reaches [-1L], the largest. *)
type t = { count : int64 Atomic.t; semaphore : bool; watch : Watch.t }

let ( let* ) = Result.bind
let number_bytes = 8
let largest = -1L

(* POLLIN and POLLOUT alone. *)
let readable = Readiness.of_bits 0x1
let writable = Readiness.of_bits 0x4

let readiness t () =
  let count = Atomic.get t.count in
  Readiness.union
    (if count <> 0L then readable else Readiness.none)
    (if Int64.unsigned_compare count (Int64.sub largest 1L) < 0 then writable
     else Readiness.none)

let rec take t =
  let count = Atomic.get t.count in
  let taken = if t.semaphore then 1L else count in
  if count = 0L then Error Errno.EAGAIN
  else if Atomic.compare_and_set t.count count (Int64.sub count taken) then Ok taken
  else take t

let read t transfer =
  if Transfer.length transfer < number_bytes then Error Errno.EINVAL
  else
    let* taken = take t in
    Watch.ring t.watch writable;
    let answer = Bytes.create number_bytes in
    Bytes.set_int64_le answer 0 taken;
    Transfer.put transfer answer 0 number_bytes

let rec add t number =
  let count = Atomic.get t.count in
  if Int64.unsigned_compare (Int64.sub largest count) number <= 0 then Error Errno.EAGAIN
  else if not (Atomic.compare_and_set t.count count (Int64.add count number)) then add t number
  else begin
    Watch.ring t.watch readable;
    Ok number_bytes
  end

let given transfer =
  let bytes = Bytes.create number_bytes in
  if Transfer.length transfer <> number_bytes then Error Errno.EINVAL
  else
    let* taken = Transfer.take transfer bytes 0 number_bytes in
    let number = Bytes.get_int64_le bytes 0 in
    if taken < number_bytes then Error EFAULT
    else if number = largest then Error EINVAL
    else Ok number

let begin_write t transfer =
  match given transfer with
  | Ok number -> fun () -> add t number
  | Error _ as error -> fun () -> error

let create ~initial ~semaphore =
  let t = { count = Atomic.make (Int64.of_int initial); semaphore; watch = Watch.create () } in
  File.make ~whole:false ~begin_write:(begin_write t)
    { read = true; write = true }
    {
      (Nameless.file (Nameless.node Events) ~watch:t.watch) with
      read = (fun ~at:_ transfer -> read t transfer);
      write = (fun ~at:_ transfer -> begin_write t transfer ());
      readiness = readiness t;
    }
