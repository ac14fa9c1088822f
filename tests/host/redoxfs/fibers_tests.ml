(* Many fibers on one file system, on a device that lets others run with each request. *)
open Redoxfs

let test name body = Check.test ("fibers: " ^ name) (fun () -> Fifo_scheduler.run body)

(* Each request, and what comes after it, is in another turn; reading data takes so long that
   commits pass. *)
let slow (device : Device.t) =
  let later ?(turns = 1) request =
    for _ = 1 to turns do Picos.Fiber.yield () done;
    let result = request () in
    Picos.Fiber.yield ();
    result
  in
  { device with
    read =
      (fun runs ->
        let is_data = List.exists (fun run -> Buffer.length run.Device.data > 4096) runs in
        later ~turns:(if is_data then 200 else 1) (fun () -> device.read runs));
    write = (fun runs -> later (fun () -> device.write runs));
    flush = (fun () -> later device.flush) }

let mount ?(blocks = 1200) () =
  let bytes = Files.fresh ~blocks () in
  let options = { Files.options with cache_blocks = 4; dirty_blocks = 200; keep = 0 } in
  (bytes, Files.ok (Fs.mount options (slow (Device.memory bytes))))

(* A page says its version and number; the rest follows from them, and does not compress. *)
let page_bytes = 4096

let page version number =
  let random = Random.State.make [| version; number |] in
  let bytes = Bytes.init page_bytes (fun _ ->
    Char.unsafe_chr (Random.State.bits random land 255)) in
  Bytes.set_int32_le bytes 0 (Int32.of_int version);
  Bytes.to_string bytes

let pages = 70
let contents version = String.concat "" (List.init pages (page version))

let check_page buffer number =
  let got = Buffer.to_string buffer (number * page_bytes) page_bytes in
  let version = Int32.to_int (String.get_int32_le got 0) in
  if got <> page version number then Expect.fail "page %d is of no version" number

let read_all fs id =
  let length = pages * page_bytes in
  let buffer = Buffer.create length in
  Expect.int "read" (Files.ok (Fs.read fs id ~offset:0 { buffer; at = 0; length })) length;
  for number = 0 to pages - 1 do check_page buffer number done

let readers () =
  test "readers go on while blocks are freed and taken again" (fun () ->
      let bytes, fs = mount ~blocks:4096 () in
      let id = Files.create fs "f" in
      Files.write fs id (contents 0);
      Files.ok (Fs.sync fs);
      let writing = ref true and reads = ref 0 in
      let write () =
        for version = 1 to 25 do
          Files.write fs id (contents version);
          Files.ok (Fs.sync fs);
          (* Some begin to read what is stored, which the next rounds free. *)
          for _ = 1 to 15 do Picos.Fiber.yield () done
        done;
        writing := false
      in
      let rec read () =
        read_all fs id;
        incr reads;
        Picos.Fiber.yield ();
        if !writing then read ()
      in
      Structured.Run.all [ write; read; read; read ];
      Check.that "readers did not wait" (!reads > 5);
      Files.ok (Fs.unmount fs);
      Image.clean bytes)

let writers () =
  test "those who sync together share commits" (fun () ->
      let bytes, fs = mount () in
      let before = (Fs.statistics fs).generation in
      let one n () =
        for i = 1 to 10 do
          ignore (Files.create fs (Printf.sprintf "%d-%d" n i));
          Files.ok (Fs.sync fs)
        done
      in
      Structured.Run.all (List.init 8 one);
      let commits = (Fs.statistics fs).generation - before in
      Expect.int "names" (List.length (Files.names fs 1)) 80;
      Check.that (Printf.sprintf "%d commits" commits) (commits <= 40);
      Files.ok (Fs.unmount fs);
      Image.clean bytes);
  test "a directory is listed while it changes: what stays is seen just once" (fun () ->
      let bytes, fs = mount ~blocks:4096 () in
      let name kind i = Printf.sprintf "%s-%d-%s" kind i (String.make 60 'n') in
      for i = 1 to 300 do ignore (Files.create fs (name "stays" i)) done;
      Files.ok (Fs.sync fs);
      let changing = ref true in
      let change () =
        for i = 1 to 300 do
          ignore (Files.create fs (name "comes" i));
          if i > 10 then Files.ok (Fs.unlink fs ~directory:1 (name "comes" (i - 10)));
          if i mod 20 = 0 then Files.ok (Fs.sync fs)
        done;
        changing := false
      in
      let stays = List.sort compare (List.init 300 (fun i -> name "stays" (i + 1))) in
      let rec list () =
        let seen = List.filter (String.starts_with ~prefix:"stays") (Files.names fs 1) in
        Check.that "just once" (List.sort compare seen = stays);
        Picos.Fiber.yield ();
        if !changing then list ()
      in
      Structured.Run.all [ change; list; list ];
      Files.ok (Fs.unmount fs);
      Image.clean bytes)

(* Canceled in the middle of a request, nothing is held. *)
let canceled () =
  test "a fiber that is canceled holds nothing" (fun () ->
      let bytes, fs = mount () in
      for i = 1 to 30 do
        let work () =
          ignore (Files.create fs (string_of_int i));
          Files.ok (Fs.sync fs);
          ignore (Files.names fs 1)
        in
        let stop () = for _ = 1 to i do Picos.Fiber.yield () done in
        Structured.Run.any [ work; stop ]
      done;
      Files.add fs "last" "x";
      Files.ok (Fs.unmount fs);
      Image.clean bytes)

let () =
  readers ();
  writers ();
  canceled ();
  Check.finish ()
