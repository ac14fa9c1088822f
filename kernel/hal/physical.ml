type caching = Device | Write_combining | Read_only

(* SAFETY: map returns the virtual address of a new mapping, or 0; unmap takes that, when nothing
   uses it any more. *)
external map : int -> int -> caching -> int = "hal_physical_map" [@@noalloc]
external unmap : int -> int -> unit = "hal_physical_unmap" [@@noalloc]

(* SAFETY: the address is within a mapping of [map], or a port below 65536: [registers] and [ports]
   make the only windows, which check offsets. What a register does is its driver's business. *)
external read_memory : (int[@untagged]) -> (int[@untagged]) -> (int[@untagged])
  = "hal_physical_no_bytecode" "hal_physical_read_memory" [@@noalloc]

external write_memory : (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> unit
  = "hal_physical_no_bytecode" "hal_physical_write_memory" [@@noalloc]

external read_port : int -> int -> int = "hal_physical_read_port" [@@noalloc]
external write_port : int -> int -> int -> unit = "hal_physical_write_port" [@@noalloc]
external has_ports : unit -> bool = "hal_physical_has_ports" [@@noalloc]

(* SAFETY: frames that nobody else has, or 0; the Bigarray is over the direct map, and does not own
   them. *)
external allocate_frames : int -> int -> int = "hal_physical_allocate"
external free_frames : int -> int -> unit = "hal_physical_free" [@@noalloc]
external contents_of_frames : int -> int -> Dma.memory = "hal_physical_contents_of_frames"

(* SAFETY: a Bigarray over a mapping of [map], which is never undone. *)
external contents_of_mapping : int -> int -> Dma.memory = "hal_physical_contents_of_mapping"

(* SAFETY: reads of a mapping, where a fault is only an answer. *)
external answers : int -> int -> bool = "hal_physical_answers" [@@noalloc]

let registers ~address ~length =
  match map address length Device with
  | 0 -> None
  | base ->
      let read ~bytes offset = read_memory (base + offset) bytes in
      let write ~bytes offset value = write_memory (base + offset) bytes value in
      Some (Registers.make ~length ~read ~write)

let ports ~base ~length =
  let check bytes = if bytes > 4 then invalid_arg "Registers: a port has at most 32 bits" in
  let read ~bytes offset = check bytes; read_port (base + offset) bytes in
  let write ~bytes offset value = check bytes; write_port (base + offset) bytes value in
  if has_ports () && base >= 0 && length > 0 && base + length <= 0x10000 then
    Some (Registers.make ~length ~read ~write)
  else None

let page = 4096

let allocate ?(below = max_int) length =
  let size = max page ((length + page - 1) land lnot (page - 1)) in
  if length < 0 then invalid_arg "Physical.allocate";
  match allocate_frames size below with
  | 0 -> None
  | address -> Some (Dma.make ~address (contents_of_frames address size))

let release dma =
  let size = Dma.length dma in
  if size = 0 || not (Dma.is_whole dma) then invalid_arg "Physical.release";
  Dma.forget dma;
  free_frames (Dma.address dma) size

let window ?(caching = Device) ~address ~length () =
  match map address length caching with
  | 0 -> None
  | base -> Some (Dma.make ~address (contents_of_mapping base length))

let read_max = 16 * 1024 * 1024

let copy_of base length =
  if not (answers base length) then None
  else
    let dma = Dma.make ~address:0 (contents_of_mapping base length) in
    let copy = Dma.to_string dma ~offset:0 ~length in
    Dma.forget dma;
    Some copy

let read ~address ~length =
  if address < 0 || length <= 0 || length > read_max then None
  else
    match map address length Read_only with
    | 0 -> None
    | base ->
        let copy = copy_of base length in
        unmap base length;
        copy
