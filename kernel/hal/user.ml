type t

(* SAFETY: a custom block around a pointer to registers; once released, to some that nobody runs.
   The space is the caller's to keep. *)
external create_at : Space.t -> int -> int -> t = "hal_user_create"
external copy : t -> Space.t -> t = "hal_user_copy"
external release : t -> unit = "hal_user_release"

external set_ids : t -> pid:int -> tid:int -> parent:int -> unit = "hal_user_set_ids" [@@noalloc]
external count_futex_waiters : int -> unit = "hal_user_count_futex_waiters" [@@noalloc]

(* SAFETY: user mode has the user's rights alone. The array has five integers. *)
external enter : t -> int -> int = "hal_user_run"
external unsafe_fault : t -> int array -> unit = "hal_user_fault" [@@noalloc]
external run_ns : t -> int = "hal_user_run_ns" [@@noalloc]

(* SAFETY: registers of user mode, which may have any value; C keeps from them what is
   privileged. *)
external number : t -> int = "hal_user_number" [@@noalloc]
external unsafe_argument : t -> int -> int = "hal_user_argument" [@@noalloc]
external unsafe_argument32 : t -> int -> int = "hal_user_argument32" [@@noalloc]
external set_result : t -> int -> unit = "hal_user_set_result" [@@noalloc]
external rewind : t -> unit = "hal_user_rewind" [@@noalloc]
external pc : t -> int = "hal_user_pc" [@@noalloc]
external sp : t -> int = "hal_user_sp" [@@noalloc]
external thread_pointer : t -> int = "hal_user_thread_pointer" [@@noalloc]
external set_sp : t -> int -> unit = "hal_user_set_sp" [@@noalloc]
external set_thread_pointer : t -> int -> unit = "hal_user_set_thread_pointer" [@@noalloc]

external enter_function : t -> int -> int -> int -> int * int * int -> unit
  = "hal_user_enter_function"
[@@noalloc]

(* SAFETY: the bytes have the length that C says. *)
external frame_length : unit -> int = "hal_user_frame_length" [@@noalloc]
external unsafe_frame : t -> bytes -> unit = "hal_user_frame_get" [@@noalloc]
external unsafe_set_frame : t -> bytes -> unit = "hal_user_frame_set" [@@noalloc]

let create space ~pc ~sp = create_at space pc sp

type stop =
  | Call
  | Fault of { address : int; wants : Space.wants; cause : Space.fault }
  | Exception of exception_
  | Interrupted

and exception_ = Instruction | Breakpoint | Alignment | Arithmetic | Bus | Step | Protection

let exceptions = [| Instruction; Breakpoint; Alignment; Arithmetic; Bus; Step; Protection |]
let wants = [| Space.Read; Write; Execute |]

let fault t =
  let found = Array.make 5 0 in
  unsafe_fault t found;
  let cause = Space.fault_of_number found.(2) ~pager:found.(3) ~index:found.(4) in
  Fault { address = found.(0); wants = wants.(found.(1)); cause }

let run t ~until =
  match enter t until with
  | 0 -> Call
  | 1 -> fault t
  | 2 -> Interrupted
  | behind -> Exception exceptions.(behind - 3)

let no_argument () = invalid_arg "User.argument"
let[@inline] check i = if i < 0 || i > 5 then no_argument ()

let[@inline] argument t i =
  check i;
  unsafe_argument t i

let[@inline] argument32 t i =
  check i;
  unsafe_argument32 t i

let enter_function t ~pc ~sp ~returns a b c = enter_function t pc sp returns (a, b, c)
let frame_length = frame_length ()

let frame t =
  let bytes = Bytes.create frame_length in
  unsafe_frame t bytes;
  bytes

let set_frame t bytes =
  if Bytes.length bytes <> frame_length then invalid_arg "User.set_frame";
  unsafe_set_frame t bytes
