module Memory_object = struct
  type t = bytes
  type stop = Absent of int | Outside | No_memory

  let create ~size = Bytes.make size '\000'
  let release (_ : t) = ()

  let read t ~offset destination position length =
    Bytes.blit t offset destination position length;
    length

  let write t ~offset source position length =
    Bytes.blit source position t offset length;
    length

  let is_short () = false
  let why (_ : t) ~offset:(_ : int) : stop option = None
  let forget (_ : t) ~index:(_ : int) = true
end
