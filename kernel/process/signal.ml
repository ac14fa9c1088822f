type t = int

let hup = 1
let int = 2
let quit = 3
let ill = 4
let trap = 5
let bus = 7
let fpe = 8
let kill = 9
let segv = 11
let pipe = 13
let alrm = 14
let chld = 17
let cont = 18
let stop = 19
let tstp = 20
let ttin = 21
let ttou = 22
let xcpu = 24
let xfsz = 25
let vtalrm = 26
let prof = 27
let winch = 28
let sys = 31
let first_realtime = 32
let last = 64
let is_valid t = t >= 1 && t <= last

let names =
  [|
    "HUP"; "INT"; "QUIT"; "ILL"; "TRAP"; "ABRT"; "BUS"; "FPE"; "KILL"; "USR1"; "SEGV"; "USR2";
    "PIPE"; "ALRM"; "TERM"; "STKFLT"; "CHLD"; "CONT"; "STOP"; "TSTP"; "TTIN"; "TTOU"; "URG";
    "XCPU"; "XFSZ"; "VTALRM"; "PROF"; "WINCH"; "IO"; "PWR"; "SYS";
  |] [@@ocamlformat "disable"]

let name t =
  if t <= Array.length names then "SIG" ^ names.(t - 1)
  else Printf.sprintf "SIGRTMIN+%d" (t - first_realtime)

type default = Terminate | Core | Ignore | Stop | Continue

let default t =
  match t with
  | 3 | 4 | 5 | 6 | 7 | 8 | 11 | 24 | 25 | 31 -> Core
  | 17 | 23 | 28 -> Ignore
  | 18 -> Continue
  | 19 | 20 | 21 | 22 -> Stop
  | _ -> Terminate

module Set = struct
  type t = int64

  let bit signal = Int64.shift_left 1L (signal - 1)
  let empty = 0L
  let add t signal = Int64.logor t (bit signal)
  let remove t signal = Int64.logand t (Int64.lognot (bit signal))
  let mem t signal = Int64.logand t (bit signal) <> 0L
  let union = Int64.logor
  let inter = Int64.logand
  let diff a b = Int64.logand a (Int64.lognot b)
  let is_empty t = t = 0L

  let lowest t =
    let rec from signal = if mem t signal then signal else from (signal + 1) in
    from 1

  let of_list = List.fold_left add empty
  let of_bits bits = bits
  let to_bits t = t
end

type cause =
  | User of { pid : int; uid : int }
  | Thread of { pid : int; uid : int }
  | Queued of { code : int; pid : int; uid : int; value : int64 }
  | Timer of { id : int; overrun : int; value : int64 }
  | Kernel
  | Child of { pid : int; uid : int; code : int; status : int }
  | Address of { code : int; address : int }

type info = { signal : t; cause : cause }

(* ---- siginfo_t: include/uapi/asm-generic/siginfo.h ---- *)

let information_length = 128
let si_user = 0
let si_kernel = 0x80
let si_timer = -2
let si_tkill = -6

let code = function
  | User _ -> si_user
  | Thread _ -> si_tkill
  | Queued { code; _ } | Child { code; _ } | Address { code; _ } -> code
  | Timer _ -> si_timer
  | Kernel -> si_kernel

let information { signal; cause } =
  let bytes = Bytes.make information_length '\000' in
  let set32 at value = Bytes.set_int32_le bytes at (Int32.of_int value) in
  set32 0 signal;
  set32 8 (code cause);
  (match cause with
  | User { pid; uid } | Thread { pid; uid } ->
      set32 16 pid;
      set32 20 uid
  | Queued { pid; uid; value; _ } ->
      set32 16 pid;
      set32 20 uid;
      Bytes.set_int64_le bytes 24 value
  | Timer { id; overrun; value } ->
      set32 16 id;
      set32 20 overrun;
      Bytes.set_int64_le bytes 24 value
  | Child { pid; uid; status; _ } ->
      set32 16 pid;
      set32 20 uid;
      set32 24 status
  | Address { address; _ } -> Bytes.set_int64_le bytes 16 (Int64.of_int address)
  | Kernel -> ());
  bytes

(* ---- struct signalfd_siginfo: include/uapi/linux/signalfd.h ---- *)

let report { signal; cause } =
  let bytes = Bytes.make information_length '\000' in
  let set32 at n = Bytes.set_int32_le bytes at (Int32.of_int n) in
  let set_sender pid uid =
    set32 12 pid;
    set32 16 uid
  in
  let set_value value =
    Bytes.set_int32_le bytes 44 (Int64.to_int32 value);
    Bytes.set_int64_le bytes 48 value
  in
  set32 0 signal;
  set32 8 (code cause);
  (match cause with
  | User { pid; uid } | Thread { pid; uid } -> set_sender pid uid
  | Queued { pid; uid; value; _ } ->
      set_sender pid uid;
      set_value value
  | Timer { id; overrun; value } ->
      set32 24 id;
      set32 32 overrun;
      set_value value
  | Child { pid; uid; status; _ } ->
      set_sender pid uid;
      set32 40 status
  | Address { address; _ } -> Bytes.set_int64_le bytes 72 (Int64.of_int address)
  | Kernel -> ());
  bytes
