module Machine = struct
  type contents = bytes
end

module Memory_object = struct
  type t = { mutable bytes : bytes option  (** none once released *) }
  type stop = Absent of int | Outside | No_memory

  let bytes t =
    match t.bytes with Some bytes -> bytes | None -> invalid_arg "Memory_object: released"

  let create ~size = { bytes = Some (Bytes.make size '\000') }
  let of_module contents ~offset ~size = ({ bytes = Some (Bytes.sub contents offset size) }, 0)
  let release t = t.bytes <- None
  let size t = Bytes.length (bytes t)
  let frames t = (size t + 4095) / 4096
  let is_present t ~index = index < frames t

  let resize t size =
    let fresh = Bytes.make size '\000' and old = bytes t in
    Bytes.blit old 0 fresh 0 (min size (Bytes.length old));
    t.bytes <- Some fresh

  let read t ~offset destination position length =
    Bytes.blit (bytes t) offset destination position length;
    length

  let write t ~offset source position length =
    Bytes.blit source position (bytes t) offset length;
    length

  let why (_ : t) ~offset:(_ : int) : stop option = None
end
