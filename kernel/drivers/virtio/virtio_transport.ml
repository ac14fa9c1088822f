type queue = { size : int; descriptors : int; available : int; used : int }

type t = {
  is_legacy : bool;
  features : unit -> int;
  set_features : int -> unit;
  status : unit -> int;
  set_status : int -> unit;
  queue_size : int -> int;
  set_queue : int -> queue -> message:int option -> bool;
  notify : int -> unit -> unit;
  acknowledge : unit -> int;
  set_configuration_message : int option -> unit;
  generation : unit -> int;
  configuration : Hal.Registers.t;
}

let legacy_align = 4096

let split_layout ~size =
  let available = 16 * size in
  let used = (available + 6 + (2 * size) + legacy_align - 1) land lnot (legacy_align - 1) in
  (available, used, used + 6 + (8 * size))
