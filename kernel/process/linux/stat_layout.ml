open Fs

let kind_bits : Node.kind -> int = function
  | Regular -> 0o100000
  | Directory -> 0o040000
  | Symlink -> 0o120000
  | Character -> 0o020000
  | Block -> 0o060000
  | Fifo -> 0o010000
  | Socket -> 0o140000

let entry_type kind = kind_bits kind lsr 12
let mode (s : Node.stat) = kind_bits s.kind lor s.mode

let write length fields =
  let bytes = Bytes.make length '\000' in
  let set (at, size, n) =
    match size with
    | 2 -> Bytes.set_uint16_le bytes at n
    | 4 -> Bytes.set_int32_le bytes at (Int32.of_int n)
    | _ -> Bytes.set_int64_le bytes at (Int64.of_int n)
  in
  List.iter set fields;
  bytes

let stamps at (s : Node.stat) =
  List.concat
    (List.mapi
       (fun i (stamp : Node.stamp) ->
         [ (at + (16 * i), 8, stamp.seconds); (at + (16 * i) + 8, 8, stamp.nanoseconds) ])
       [ s.accessed; s.modified; s.changed ])

(* arch/x86/include/uapi/asm/stat.h *)
let x86_stat (s : Node.stat) =
  write 144
    ([
       (0, 8, s.device);
       (8, 8, s.inode);
       (16, 8, s.links);
       (24, 4, mode s);
       (28, 4, s.uid);
       (32, 4, s.gid);
       (40, 8, s.special);
       (48, 8, s.size);
       (56, 8, s.block_size);
       (64, 8, s.blocks);
     ]
    @ stamps 72 s)

(* include/uapi/asm-generic/stat.h *)
let generic_stat (s : Node.stat) =
  write 128
    ([
       (0, 8, s.device);
       (8, 8, s.inode);
       (16, 4, mode s);
       (20, 4, s.links);
       (24, 4, s.uid);
       (28, 4, s.gid);
       (32, 8, s.special);
       (48, 8, s.size);
       (56, 4, s.block_size);
       (64, 8, s.blocks);
     ]
    @ stamps 72 s)

let stat = if Architecture.this = X86_64 then x86_stat else generic_stat
let statx_basic = 0x7ff

(* include/uapi/linux/stat.h *)
let statx (s : Node.stat) =
  let stamp at (stamp : Node.stamp) = [ (at, 8, stamp.seconds); (at + 8, 4, stamp.nanoseconds) ] in
  write 256
    ([
       (0, 4, statx_basic);
       (4, 4, s.block_size);
       (16, 4, s.links);
       (20, 4, s.uid);
       (24, 4, s.gid);
       (28, 2, mode s);
       (32, 8, s.inode);
       (40, 8, s.size);
       (48, 8, s.blocks);
       (128, 4, Devices.major s.special);
       (132, 4, Devices.minor s.special);
       (136, 4, Devices.major s.device);
       (140, 4, Devices.minor s.device);
     ]
    @ stamp 64 s.accessed @ stamp 96 s.changed @ stamp 112 s.modified)

(* include/uapi/asm-generic/statfs.h: words of 64 bits *)
let statfs (f : Node.figures) =
  write 120
    [
      (0, 8, f.kind_of_system);
      (8, 8, f.unit);
      (16, 8, f.total);
      (24, 8, f.free);
      (32, 8, f.free);
      (40, 8, f.nodes);
      (48, 8, f.free_nodes);
      (64, 8, f.name_max);
      (72, 8, f.unit);
    ]
