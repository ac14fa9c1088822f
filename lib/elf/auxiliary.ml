type t = {
  headers : int;
  header_count : int;
  entry : int;
  interpreter : int;
  page_bytes : int;
  clock_ticks : int;
  uid : int;
  euid : int;
  gid : int;
  egid : int;
  secure : bool;
  hwcap : int;
  hwcap2 : int;
  signal_frame_bytes : int;
  platform : string option;
  random : string;
}

type addresses = { platform_at : int; random_at : int; path_at : int }

let of_program t =
  [ (3, t.headers); (4, Header.segment_size); (5, t.header_count); (7, t.interpreter); (8, 0);
    (9, t.entry) ]

let of_user t =
  [ (11, t.uid); (12, t.euid); (13, t.gid); (14, t.egid); (23, Bool.to_int t.secure) ]

let of_machine t =
  let frame = if t.signal_frame_bytes = 0 then [] else [ (51, t.signal_frame_bytes) ] in
  frame @ [ (16, t.hwcap); (6, t.page_bytes); (17, t.clock_ticks); (26, t.hwcap2) ]

let of_strings t at =
  let platform = if t.platform = None then [] else [ (15, at.platform_at) ] in
  ((25, at.random_at) :: (31, at.path_at) :: platform) @ [ (0, 0) ]

let entries t at = of_machine t @ of_program t @ of_user t @ of_strings t at
let count t = List.length (entries t { platform_at = 0; random_at = 0; path_at = 0 })
