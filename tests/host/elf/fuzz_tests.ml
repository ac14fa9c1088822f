(* Any bytes: an executable that has its place, or an error that points into the file. *)
open Elf

let page = 4096
let room = { Layout.first = 0x10000; limit = 0x7fff_ffff_f000 }

let check_parts (layout : Layout.t) =
  let follows stop (part : Layout.part) =
    Check.that "apart" (stop <= part.start && part.start < part.stop);
    Check.that "pages" ((part.start lor part.stop) land (page - 1) = 0);
    (match part.contents with
    | Zero -> ()
    | File { offset; zero_from } ->
        let zero = Option.value zero_from ~default:part.stop in
        Check.that "the file" (offset >= 0 && offset land (page - 1) = 0);
        Check.that "zeroes in the last page" (part.stop - page < zero && zero <= part.stop));
    part.stop
  in
  let stop = List.fold_left follows room.first layout.parts in
  Check.that "within" (stop <= room.limit && layout.break = stop)

let check_layout file (e : Executable.t) =
  let bias = if e.header.kind = Fixed then 0 else 0x5555_5555_4000 in
  let extent = Layout.extent e ~page_bytes:page in
  match Layout.make e ~page_bytes:page room ~bias with
  | Error { offset; _ } -> Check.that "the error's place" (offset < String.length file)
  | Ok layout ->
      Check.that "the extent" (extent.lowest + bias + extent.bytes = layout.break);
      check_parts layout

let image file =
  match Executable.of_string X86_64 file with
  | Error { offset; _ } -> Check.that "the error's place" (offset <= String.length file)
  | Ok executable -> check_layout file executable

let script bytes = ignore (Script.read bytes)

(* Segments that are nearly right. *)
let segments () random =
  let int = Random.State.int random in
  let edge () = List.nth [ 0; 1; 0xfff; 0x1000; 0x1001; 0x4000; Number.limit - 1 ] (int 7) in
  let segment i =
    let address = 0x400000 + (i * 0x3000) + int 0x4000 in
    let in_file = if int 8 = 0 then edge () else int 0x2000 in
    let in_memory = if int 8 = 0 then edge () else in_file + int 0x2000 in
    File.load address in_file ~in_memory ~flags:(int 8) ~alignment:(1 lsl int 20)
  in
  File.make ~size:0x4000 ~kind:(2 + int 2) (List.init (int 5) segment)

let good =
  let open File in
  [| make ~size:512 [ load 0x401040 100; load 0x402000 10 ~flags:6 ~in_memory:9000 ];
     make ~size:512 ~kind:3 [ other interpreter ~offset:300 ~size:20; load 0 400; other stack ] |]

let lines = [| "#!/bin/sh -e\n"; "#! /usr/bin/env \tocaml  \n"; "#!" ^ String.make 253 'a' ^ "\n" |]

let () =
  Fuzz.run "fuzz: random segments" segments () image;
  Fuzz.run "fuzz: executables with changed bytes" Fuzz.mutate good image;
  Fuzz.run "fuzz: scripts with changed bytes" Fuzz.mutate lines script;
  Check.finish ()
