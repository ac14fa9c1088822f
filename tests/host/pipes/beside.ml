open Fs

let seed = Seed.get ()

let random name runs body =
  Check.test name (fun () ->
      for run = 1 to runs do
        try Fifo_scheduler.run (fun () -> body (Random.State.make [| seed; run |]))
        with exn ->
          let bt = Printexc.get_raw_backtrace () in
          Printf.printf "# run %d\n%!" run;
          Printexc.raise_with_backtrace exn bt
      done)

let alone name body = Check.test name (fun () -> Fifo_scheduler.run body)
let spawn main =
  let computation = Picos.Computation.create () in
  let fiber = Picos.Fiber.create ~forbid:false computation in
  Picos.Fiber.spawn fiber (fun _fiber -> Picos.Computation.capture computation main ());
  computation

let code = function Ok n -> n | Error errno -> -Errno.number errno

let same what ~linux ours =
  if ours <> linux then
    Check.that (Printf.sprintf "%s: %d (0x%x), Linux %d (0x%x)" what ours ours linux linux) false

let done_ = function Ok value -> value | Error errno -> failwith (Errno.name errno)

let fails what expected = function
  | Ok _ -> Check.that (what ^ ": succeeded") false
  | Error errno -> Check.that (what ^ ": " ^ Errno.name errno) (errno = expected)

let text random length = String.init length (fun _ -> Char.chr (Random.State.int random 256))
let pick random choices = choices.(Random.State.int random (Array.length choices))

let nonblocking file =
  let status = Atomic.get file.File.status in
  File.set_status file { status with nonblocking = true }

let new_pipe () = Pipe.ends ()
let write file data = code (File.write file Patience.forever (Transfer.of_string data))

let read file length =
  let bytes = Bytes.make length '.' in
  let count = code (File.read file Patience.forever (Transfer.of_bytes bytes 0 length)) in
  (count, Bytes.sub_string bytes 0 (max 0 count))

let all_bits = (Readiness.of_bits (-1) :> int)

let same_readiness what ~linux file =
  same (what ^ ": poll") ~linux:(Linux.poll linux all_bits) (File.readiness file :> int)

let same_write what ~linux file data =
  let theirs = Linux.write linux (Bytes.of_string data) 0 (String.length data) in
  same (Printf.sprintf "%s: write %d" what (String.length data)) ~linux:theirs (write file data)

let same_read what ~linux file length =
  let bytes = Bytes.make length '.' in
  let theirs = Linux.read linux bytes 0 length in
  let ours, content = read file length in
  same (Printf.sprintf "%s: read %d" what length) ~linux:theirs ours;
  Check.that (what ^ ": the same bytes") (content = Bytes.sub_string bytes 0 (max 0 theirs))
