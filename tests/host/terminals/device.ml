open Fs
open Picos

let test name body = Check.test name (fun () -> Fifo_scheduler.run body)

let spawn main =
  let computation = Computation.create () in
  let fiber = Fiber.create ~forbid:false computation in
  Fiber.spawn fiber (fun _fiber -> Computation.capture computation main ());
  computation

let same what got wanted =
  Check.that (Printf.sprintf "%s: %S, not %S" what got wanted) (got = wanted)

let node = Nameless.node Events
let both = { Node.read = true; write = true }
let blocking = { File.append = false; nonblocking = false }
let nonblocking = { File.append = false; nonblocking = true }
let or_error = function Ok text -> text | Error errno -> Errno.name errno
let size = 8192

let given call =
  let bytes = Bytes.create size in
  or_error (Result.map (Bytes.sub_string bytes 0) (call (Transfer.of_bytes bytes 0 size)))

let read ?(patience = Patience.forever) file length =
  let bytes = Bytes.create length in
  let answer = File.read file patience (Transfer.of_bytes bytes 0 length) in
  or_error (Result.map (Bytes.sub_string bytes 0) answer)

let write ?(patience = Patience.forever) file text =
  or_error (Result.map string_of_int (File.write file patience (Transfer.of_string text)))

let typed terminal text =
  or_error (Result.map string_of_int (Terminal.typed terminal (Transfer.of_string text)))

let shown terminal = given (Terminal.shown terminal)

let control (file : File.t) number text =
  let bytes = Bytes.of_string text in
  let transfer = Transfer.of_bytes bytes 0 (Bytes.length bytes) in
  match file.file.control number transfer with
  | Ok _ -> Bytes.to_string bytes
  | Error errno -> Errno.name errno

let bits file =
  let ready = File.readiness file in
  let has bit name = if Readiness.is_empty (Readiness.inter ready bit) then "" else name in
  Readiness.(has readable "r" ^ has writable "w" ^ has error "e" ^ has hangup "h")

let number n =
  let bytes = Bytes.create 4 in
  Bytes.set_int32_le bytes 0 (Int32.of_int n);
  Bytes.to_string bytes
