type t

(* SAFETY: a custom block around a pointer to the object, which it holds; NULL once released. *)
external create_anonymous : int -> t = "hal_memory_object_create"
external create_paged : size:int -> pager:int -> t = "hal_memory_object_create_paged"
external create_fixed : int -> int -> t = "hal_memory_object_create_fixed"
external is_short : unit -> bool = "hal_memory_object_is_short" [@@noalloc]
external release : t -> unit = "hal_memory_object_release"
external is_released : t -> bool = "hal_memory_object_is_released" [@@noalloc]
external size : t -> int = "hal_memory_object_size"
external resize : t -> int -> unit = "hal_memory_object_resize"
external frames : t -> int = "hal_memory_object_frames"

(* SAFETY: the range of the bytes is checked before; C copies 64 KiB at the most, and stops at the
   object's end. *)
external unsafe_read : t -> int -> bytes -> int -> int -> int = "hal_memory_object_read"
external unsafe_write : t -> int -> bytes -> int -> int -> int = "hal_memory_object_write"
external why_number : t -> int -> int = "hal_memory_object_why"
external is_present : t -> index:int -> bool = "hal_memory_object_is_present"
external zero : t -> offset:int -> length:int -> int = "hal_memory_object_zero"
external unsafe_bring : t -> int -> bytes -> bool = "hal_memory_object_bring"
external forget : t -> index:int -> bool = "hal_memory_object_forget"

(* SAFETY: a number alone comes back; the contents are a boot module's, which never ends. *)
external address_in : Machine.contents -> int -> int = "hal_memory_object_address"

let page = 4096

let check bytes position length =
  if position < 0 || length < 0 || position > Bytes.length bytes - length then
    invalid_arg "Memory_object: outside of the bytes"

let create ~size = create_anonymous size

let of_module contents ~offset ~size =
  if offset < 0 || size < 0 || offset > Bigarray.Array1.dim contents - size then
    invalid_arg "Memory_object.of_module: outside of the module";
  let address = address_in contents offset in
  let ahead = address land (page - 1) in
  (create_fixed (address - ahead) (ahead + size), ahead)

let read t ~offset bytes position length =
  check bytes position length;
  unsafe_read t offset bytes position length

let write t ~offset bytes position length =
  check bytes position length;
  unsafe_write t offset bytes position length

type stop = Absent of int | Outside | No_memory

let why t ~offset =
  match why_number t offset with
  | -1 -> None
  | -2 -> Some Outside
  | -3 -> Some No_memory
  | index -> Some (Absent index)

let bring t ~index bytes =
  if Bytes.length bytes > page then invalid_arg "Memory_object.bring: more than a page";
  unsafe_bring t index bytes
