(* The first bytes of a stack, read as a program reads them. *)
open Elf

let test = Check.test
let top = 0x7fff_ffff_e000
let stack_bytes = 8 * 1024 * 1024

let auxiliary =
  { Auxiliary.headers = 0x400040; header_count = 7; entry = 0x401000; interpreter = 0;
    page_bytes = 4096; clock_ticks = 100; uid = 1; euid = 2; gid = 3; egid = 4; secure = true;
    hwcap = 0xbfeb; hwcap2 = 2; signal_frame_bytes = 2696; platform = Some "x86_64";
    random = "0123456789abcdef" }

let make ?(stack_bytes = stack_bytes) ?(path = "/bin/p") ?(environment = [])
    ?(auxiliary = auxiliary) arguments =
  Stack_image.make ~top ~stack_bytes ~path ~arguments ~environment auxiliary

let good ?path ?environment ?auxiliary arguments =
  match make ?path ?environment ?auxiliary arguments with
  | Ok image -> image
  | Error e -> failwith (Format.asprintf "%a" Stack_image.pp_error e)

(* As a program has it: words and strings at addresses. *)
let word (i : Stack_image.t) at = Int64.to_int (String.get_int64_le i.bytes (at - i.pointer))

let string_at (i : Stack_image.t) at =
  let from = at - i.pointer in
  String.sub i.bytes from (String.index_from i.bytes from '\000' - from)

let rec until_zero i at =
  if word i at = 0 then ([], at + 8)
  else
    let rest, stop = until_zero i (at + 8) in
    (word i at :: rest, stop)

let rec pairs i at =
  let pair = (word i at, word i (at + 8)) in
  if fst pair = 0 then ([ pair ], at + 16)
  else
    let rest, stop = pairs i (at + 16) in
    (pair :: rest, stop)

let read i =
  let count = word i i.Stack_image.pointer in
  let arguments, at = until_zero i (i.pointer + 8) in
  let environment, at = until_zero i at in
  Check.that "the count" (count = List.length arguments);
  (List.map (string_at i) arguments, List.map (string_at i) environment, at)

let show = String.concat "|"

let contents () =
  test "stack: arguments and environment" (fun () ->
      let arguments = [ "p"; ""; "two words"; "\xff" ] and environment = [ "A=1"; "B=" ] in
      let i = good ~environment arguments in
      let found, in_environment, at = read i in
      Expect.text "arguments" (show found) (show arguments);
      Expect.text "environment" (show in_environment) (show environment);
      Expect.int "the vector's start" i.auxiliary.start at;
      Expect.int "the vector's end" i.auxiliary.stop (snd (pairs i at)));
  test "stack: the auxiliary vector" (fun () ->
      let i = good [ "p" ] in
      let found = fst (pairs i i.auxiliary.start) in
      let value kind = List.assoc kind found in
      List.iter (fun (kind, wanted) -> Expect.int (string_of_int kind) (value kind) wanted)
        [ (3, 0x400040); (4, 56); (5, 7); (6, 4096); (7, 0); (8, 0); (9, 0x401000); (11, 1);
          (12, 2); (13, 3); (14, 4); (16, 0xbfeb); (17, 100); (23, 1); (26, 2); (51, 2696);
          (0, 0) ];
      Expect.text "random" (String.sub i.bytes (value 25 - i.pointer) 16) auxiliary.random;
      Expect.text "path" (string_at i (value 31)) "/bin/p";
      Expect.text "platform" (string_at i (value 15)) "x86_64");
  test "stack: what is not told" (fun () ->
      let auxiliary = { auxiliary with platform = None; signal_frame_bytes = 0; secure = false } in
      let i = good ~auxiliary [ "p" ] in
      let found = fst (pairs i i.auxiliary.start) in
      Check.that "neither" (not (List.mem_assoc 15 found || List.mem_assoc 51 found));
      Expect.int "secure" (List.assoc 23 found) 0);
  test "stack: no argument is an empty one" (fun () ->
      let found, _, _ = read (good []) in
      Check.that "one" (found = [ "" ]))

let places () =
  test "stack: strings in one piece, as ps shows them" (fun () ->
      let i = good ~environment:[ "A=1" ] [ "p"; "q" ] in
      let range { Stack_image.start; stop } =
        String.sub i.bytes (start - i.pointer) (stop - start)
      in
      Expect.text "arguments" (range i.arguments) "p\000q\000";
      Expect.text "environment" (range i.environment) "A=1\000";
      let rest = i.environment.stop - i.pointer in
      Expect.text "behind" (String.sub i.bytes rest (String.length i.bytes - rest))
        ("/bin/p" ^ String.make 9 '\000'));
  test "stack: aligned to 16 bytes, whatever is on it" (fun () ->
      for arguments = 0 to 9 do
        for length = 0 to 17 do
          let given = List.init arguments (fun _ -> String.make length 'a') in
          let i = good ~path:(String.make length '/') given in
          Expect.int "pointer" (i.pointer land 15) 0;
          Expect.int "to the top" (i.pointer + String.length i.bytes) top
        done
      done)

let limits () =
  let show = function Ok _ -> "good" | Error e -> Format.asprintf "%a" Stack_image.pp_error e in
  let is name expected image =
    test ("stack: " ^ name) (fun () -> Expect.text "it" (show image) (show expected))
  in
  let kib n = n * 1024 in
  is "the longest string" (Ok (good [])) (make [ String.make (kib 128 - 1) 'a' ]);
  let too_long = Error (Stack_image.String_too_long { bytes = kib 128 + 1; limit = kib 128 }) in
  is "a longer argument" too_long (make [ String.make (kib 128) 'a' ]);
  is "a longer one in the environment" too_long
    (make ~environment:[ String.make (kib 128) 'a' ] [ "p" ]);
  (* Each takes 1024 bytes and an address; the path 7. *)
  let many count = List.init count (fun _ -> String.make 1023 'a') in
  let fit = (kib 2048 - 7) / 1032 in
  is "a quarter of the stack" (Ok (good [])) (make (many fit));
  let rest = kib 2048 - (1032 * fit) - 7 in
  let exactly = String.make (rest - 9) 'a' :: many fit in
  is "a quarter of the stack to the byte" (Ok (good [])) (make exactly);
  is "a byte more" (Error (Too_large { bytes = kib 2048 + 1; limit = kib 2048 }))
    (make ~path:"/bin/pp" exactly);
  let bytes = (1032 * (fit + 1)) + 7 in
  is "more than that" (Error (Too_large { bytes; limit = kib 2048 })) (make (many (fit + 1)));
  is "128 KiB on the smallest stack" (Ok (good [])) (make ~stack_bytes:0 (many 127));
  test "stack: not more than 6 MiB" (fun () ->
      Expect.int "limit" (Stack_image.limit ~stack_bytes:(kib 1024 * 1024)) (kib 6144))

let bugs () =
  let raises name image =
    test ("stack: " ^ name) (fun () ->
        Check.that "refused"
          (match image () with _ -> false | exception Invalid_argument _ -> true))
  in
  raises "a NUL" (fun () -> make [ "a\000" ]);
  raises "random bytes that are too few" (fun () ->
      make ~auxiliary:{ auxiliary with random = "" } [])

let () =
  contents ();
  places ();
  limits ();
  bugs ();
  Check.finish ()
