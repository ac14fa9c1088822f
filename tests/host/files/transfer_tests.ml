(* Transfers: from and to the kernel's bytes, in parts, and what a process's memory does to them. *)
open Fs

let is what holds = if not holds then failwith what

let same what expected got =
  match got with
  | Ok n when n = expected -> ()
  | Ok n -> failwith (Printf.sprintf "%s: %d, not %d" what n expected)
  | Error e -> failwith (Format.asprintf "%s: %a" what Errno.pp e)

let fails what (errno : Errno.t) = function
  | Ok n -> failwith (Printf.sprintf "%s: %d came over" what n)
  | Error e -> is what (e = errno)

let bytes_go_on () =
  let t = Transfer.of_string "hello, world" and to_ = Bytes.make 20 '.' in
  same "first" 5 (Transfer.take t to_ 0 5);
  is "what is left" (Transfer.length t = 7);
  same "as many as there are" 7 (Transfer.take t to_ 6 20 |> Result.map Fun.id);
  same "nothing more" 0 (Transfer.take t to_ 0 1);
  is "content" (Bytes.sub_string to_ 0 13 = "hello., world")

let parts () =
  let into = Bytes.make 10 '.' in
  let t = Transfer.of_bytes into 1 8 in
  let part = Transfer.limit t 3 in
  same "a part" 3 (Transfer.put part (Bytes.of_string "abcdef") 0 6);
  is "the whole went on" (Transfer.length t = 5 && Transfer.length part = 0);
  let part = Transfer.limit t 100 in
  same "the rest" 4 (Transfer.put t (Bytes.of_string "ghij") 0 4);
  is "a part is no longer than its whole" (Transfer.length part = 1);
  is "content" (Bytes.to_string into = ".abcghij..")

let objects () =
  let size = 200_000 in
  let memory = Hal.Memory_object.create ~size in
  let content = String.init size (fun i -> Char.chr (i * 31 land 255)) in
  same "store" size (Transfer.store (Transfer.of_string content) memory ~offset:0 ~length:size);
  let back = Bytes.create size in
  same "load" (size - 7)
    (Transfer.load (Transfer.of_bytes back 0 size) memory ~offset:7 ~length:(size - 7));
  is "content" (Bytes.sub_string back 0 (size - 7) = String.sub content 7 (size - 7));
  Hal.Memory_object.release memory;
  is "no frame is left" (Frames.in_use () = 0)

let no_memory () =
  let memory = Hal.Memory_object.create ~size:1_000_000 in
  let store offset =
    Transfer.store (Transfer.of_string (String.make 100_000 'x')) memory ~offset ~length:100_000
  in
  Frames.with_at_most 26 (fun () ->
      (match store 0 with
      | Ok n -> is "some came over" (n > 0 && n < 100_000 && n mod 4096 = 0)
      | Error e -> failwith (Errno.name e));
      fails "full" ENOMEM (store 500_000));
  Hal.Memory_object.release memory

(* A process's memory that ends after so many bytes, a few at a time. *)
let ends_after good =
  let left = ref good in
  fun (_ : Transfer.work) ~from:_ n ->
    if !left = 0 then Error Errno.EFAULT
    else begin
      let n = min 3 (min n !left) in
      left := !left - n;
      Ok n
    end

let faults () =
  let t = Transfer.make ~length:100 (ends_after 10) in
  same "as far as it goes" 10 (Transfer.put t (Bytes.make 50 'x') 0 50);
  fails "no further" EFAULT (Transfer.put t (Bytes.make 50 'x') 0 50);
  is "what is left" (Transfer.length t = 90);
  same "nothing asked" 0 (Transfer.put t Bytes.empty 0 0)

let () =
  Check.test "transfers go on where they stopped" bytes_go_on;
  Check.test "a part of a transfer moves the whole on" parts;
  Check.test "transfers from and to memory objects" objects;
  Check.test "a transfer without memory for pages" no_memory;
  Check.test "a transfer whose memory ends" faults;
  Check.finish ()
