(* Executables and where they go: what is read, and every error with its offset and errno. *)
open Elf
open File

let test = Check.test
let read = Executable.of_string X86_64
let text_at = 0x401000
let good = make [ load text_at 0x800 ]

let refused name file ~offset problem errno =
  test ("refused: " ^ name) (fun () -> Expect.fails ~offset problem errno (read file))

let headers () =
  let change at bytes = patch good at bytes in
  refused "an empty file" "" ~offset:0 Not_elf ENOEXEC;
  refused "a text" "#!/bin/sh" ~offset:0 Not_elf ENOEXEC;
  refused "nothing but the magic number" "\127ELF" ~offset:0
    (Truncated { what = "the header"; wanted = 64; left = 4 }) ENOEXEC;
  let form what value wanted = Error.Other_form { what; value; wanted } in
  refused "32 bits" (change 4 "\001") ~offset:4 (form "the class" 1 2) ENOEXEC;
  refused "big-endian" (change 5 "\002") ~offset:5 (form "the byte order" 2 1) ENOEXEC;
  refused "another machine's" (change 18 "\183\000") ~offset:18
    (Other_machine { machine = 183; wanted = 62 }) ENOEXEC;
  refused "an object" (change 16 "\001") ~offset:16 (Not_executable 1) ENOEXEC;
  refused "a core" (change 16 "\004") ~offset:16 (Not_executable 4) ENOEXEC;
  refused "program headers of another size" (change 54 "\057") ~offset:54
    (form "a program header's size" 57 56) ENOEXEC;
  refused "no program header" (change 56 "\000") ~offset:56 (Bad_count 0) ENOEXEC;
  refused "more than 64 KiB of them" (change 56 "\147\004") ~offset:56 (Bad_count 1171) ENOEXEC;
  refused "program headers behind the end" (change 32 "\255\255\000") ~offset:32
    (Truncated { what = "the program headers"; wanted = 56; left = 1 }) ENOEXEC;
  refused "an entry beyond all" (change 31 "\255") ~offset:24 (Too_large "the entry") EINVAL;
  test "machines" (fun () ->
      let is number machine =
        let file = make ~machine:number [ load text_at 1 ] in
        ignore (Expect.ok (Executable.of_string machine file))
      in
      List.iter2 is [ 62; 183; 243 ] [ Header.X86_64; Aarch64; Riscv64 ])

let segments () =
  let file = make [ load text_at 0x800 ~in_memory:0x7ff ] in
  refused "more in the file than in memory" file ~offset:(header 0)
    (Bad_sizes { in_file = 0x800; in_memory = 0x7ff }) EINVAL;
  refused "nothing to load" (make [ other 4 ]) ~offset:64 Nothing_to_load EINVAL;
  refused "a segment of no bytes" (make [ load text_at 0 ]) ~offset:64 Nothing_to_load EINVAL;
  let cut = make [ other 4; load text_at 65537 ] in
  refused "a segment that the file ends in" cut ~offset:(header 1)
    (Truncated { what = "a segment"; wanted = 65537; left = 65536 }) ENOEXEC;
  let behind = make [ load text_at 1 ~offset:0x20000 ] in
  refused "a segment behind the file's end" behind ~offset:(header 0)
    (Truncated { what = "a segment"; wanted = 1; left = 0 }) ENOEXEC;
  let huge = make [ load text_at 1 ~in_memory:Number.limit ] in
  refused "a size beyond all" huge ~offset:(header 0 + 40)
    (Too_large "a segment's size in memory") EINVAL;
  test "segments come by address, others do not matter" (fun () ->
      let broken = { (other 7) with address = -1; in_file = -1 } in
      let loads = [ load 0x403000 8 ~flags:6; broken; load text_at 16; load 0x402000 0 ] in
      let e = Expect.ok (read (make loads)) in
      let addresses = List.map (fun (l : Segment.load) -> l.address) e.loads in
      Check.that "by address" (addresses = [ text_at; 0x403000 ]);
      let access = (List.nth e.loads 1).access in
      Check.that "access" (access = { read = true; write = true; execute = false }));
  let of_stack flags = Expect.ok (read (make [ load text_at 1; other stack ~flags ])) in
  let stack flags = (of_stack flags).executable_stack in
  test "the stack's access" (fun () -> Check.that "as asked" ((not (stack 6)) && stack 7))

let interpreters () =
  let with_path ?(offset = 0x200) ?size path =
    let size = Option.value size ~default:(String.length path) in
    patch (make [ other interpreter ~offset ~size; load text_at 1 ]) 0x200 path
  in
  let is name path expected =
    test ("interpreter: " ^ name) (fun () ->
        Check.that "the path" ((Expect.ok (read (with_path path))).interpreter = Some expected))
  in
  is "a path" "/lib/ld.so\000" "/lib/ld.so";
  is "a path with a NUL within" "/lib\000/ld.so\000" "/lib";
  let bad name size ~offset file = refused name file ~offset (Bad_interpreter { size }) ENOEXEC in
  bad "an interpreter without its NUL" 10 ~offset:0x200 (with_path "/lib/ld.so");
  bad "an interpreter of one byte" 1 ~offset:(header 0) (with_path "\000");
  bad "an interpreter of more than a path" 4097 ~offset:(header 0) (with_path ~size:4097 "\000");
  refused "an interpreter behind the end"
    (with_path ~offset:65535 ~size:2 "")
    ~offset:(header 0)
    (Truncated { what = "the interpreter's path"; wanted = 2; left = 1 }) ENOEXEC

let room = { Layout.first = 0x10000; limit = 0x7fff_ffff_f000 }

let layout ?(bias = 0) file = Layout.make (Expect.ok (read file)) ~page_bytes:4096 room ~bias

let show_part (p : Layout.part) =
  let contents =
    match p.contents with
    | Zero -> "zero"
    | File { offset; zero_from = None } -> Printf.sprintf "file 0x%x" offset
    | File { offset; zero_from = Some at } -> Printf.sprintf "file 0x%x, zero from 0x%x" offset at
  in
  Printf.sprintf "0x%x-0x%x %s" p.start p.stop contents

let goes name ?bias file expected =
  test ("layout: " ^ name) (fun () ->
      let layout = Expect.ok (layout ?bias file) in
      Expect.text "the parts" (String.concat "; " (List.map show_part layout.parts)) expected)

let misplaced name file ~offset problem =
  test ("layout refused: " ^ name) (fun () -> Expect.fails ~offset problem EINVAL (layout file))

let layouts () =
  goes "whole pages" good "0x401000-0x402000 file 0x0";
  goes "within a page" (make [ load 0x401234 0x100 ]) "0x401000-0x402000 file 0x0";
  goes "over a page's end" (make [ load 0x401f00 0x200 ]) "0x401000-0x403000 file 0x0";
  goes "zeroes that fit the last page" (make [ load 0x401100 0x100 ~in_memory:0xf00 ])
    "0x401000-0x402000 file 0x0, zero from 0x401200";
  goes "zeroes of many pages" (make [ load 0x401100 0x100 ~in_memory:0x4000 ])
    "0x401000-0x402000 file 0x0, zero from 0x401200; 0x402000-0x406000 zero";
  goes "zeroes from a page's boundary" (make [ load 0x401000 0x1000 ~in_memory:0x1001 ])
    "0x401000-0x402000 file 0x0; 0x402000-0x403000 zero";
  goes "nothing but zeroes, wherever in the file"
    (make [ load 0x401010 0 ~offset:0x100005 ~in_memory:1 ])
    "0x401000-0x402000 zero";
  goes "moved" ~bias:0x5000
    (make ~kind:3 ~entry:0x20000 [ load 0x20800 8 ])
    "0x25000-0x26000 file 0x0";
  misplaced "offsets that differ" (make [ load text_at 1 ~offset:8 ]) ~offset:(header 0)
    (Misaligned { address = text_at; in_file = 8 });
  misplaced "two in one page" (make [ load text_at 1; load 0x401800 1 ]) ~offset:(header 1)
    (Overlap { address = 0x401800 });
  let over = make [ load 0x402000 1; load text_at 0x2000 ] in
  misplaced "one over the other" over ~offset:(header 0)
    (Overlap { address = 0x402000 });
  let outside what address = Error.Outside { what; address } in
  misplaced "the first page" (make [ load 0 1 ]) ~offset:(header 0) (outside "a segment" 0);
  misplaced "over the limit"
    (make [ load 0x7fff_ffff_e000 1 ~in_memory:0x1001 ])
    ~offset:(header 0)
    (outside "a segment" 0x7fff_ffff_e000);
  misplaced "as large as can be"
    (make [ load text_at 1 ~in_memory:(Number.limit - 1) ])
    ~offset:(header 0)
    (outside "a segment" text_at);
  misplaced "the entry" (make ~entry:0x7fff_ffff_f000 [ load text_at 1 ]) ~offset:24
    (outside "the entry" 0x7fff_ffff_f000)

let facts () =
  let data = load 0x3100 8 ~flags:6 ~in_memory:0x1f00 ~alignment:0x4000 in
  let pie = make ~kind:3 ~entry:0x1040 [ load 0 0x800; data ] in
  test "layout: entry, headers, break" (fun () ->
      let l = Expect.ok (layout ~bias:0x10000 pie) in
      Expect.int "entry" l.entry 0x11040;
      Expect.int "headers" l.headers 0x10040;
      Expect.int "break" l.break 0x15000);
  test "layout: program headers that are in no segment" (fun () ->
      Expect.int "headers" (Expect.ok (layout (make [ load text_at 8 ]))).headers 0);
  test "layout: the room it takes" (fun () ->
      let e = Layout.extent (Expect.ok (read pie)) ~page_bytes:4096 in
      Check.that "as large" (e = { lowest = 0; bytes = 0x5000; alignment = 0x4000 }));
  test "layout: an alignment that is none" (fun () ->
      let file = make [ load text_at 8 ~alignment:0x30000 ] in
      let extent = Layout.extent (Expect.ok (read file)) ~page_bytes:4096 in
      Expect.int "alignment" extent.alignment 4096);
  test "layout: a bias that is none" (fun () ->
      let raises bias =
        match layout ~bias pie with _ -> false | exception Invalid_argument _ -> true
      in
      Check.that "refused" (List.for_all raises [ 1; -4096; Number.limit ]))

let () =
  headers ();
  segments ();
  interpreters ();
  layouts ();
  facts ();
  Check.finish ()
