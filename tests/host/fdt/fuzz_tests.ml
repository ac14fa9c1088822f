(* Any bytes: a tree or an error; any tree: an answer or an error to every question. *)

let target blob = Result.iter (Questions.ask blob) (Questions.read blob)

(* Any order of tokens, behind a header that is right. *)
let tokens () random =
  let word _ =
    String.init (Random.State.int random 3) (fun _ -> Char.chr (97 + Random.State.int random 2))
  in
  let token _ =
    match Random.State.int random 12 with
    | 0 | 1 | 2 -> Flat.begin_node (word ())
    | 3 | 4 | 5 -> Flat.end_node
    | 6 | 7 | 8 -> Flat.property (Random.State.int random 6) (word ())
    | 9 -> Flat.nop
    | 10 -> Flat.end_
    | _ -> Flat.cells [ Random.State.int random 16 ]
  in
  Flat.assemble ~strings:"a\000b\000c"
    (Flat.begin_node "" :: List.init (Random.State.int random 16) token)

(* Now and then with a little damage. *)
let machine () random =
  let blob = Flat.blob (Random_machine.make random) in
  if Random.State.int random 4 = 0 then Fuzz.mutate [| blob |] random else blob

(* The structure's words exchanged, repeated or replaced, within sizes that stay right. *)
let change_words blobs random =
  let blob = Bytes.of_string blobs.(Random.State.int random (Array.length blobs)) in
  let first = Flat.u32 (Bytes.to_string blob) 8 / 4 in
  let words = (Bytes.length blob / 4) - first in
  let word () = 4 * (first + Random.State.int random words) in
  for _ = 0 to Random.State.int random 4 do
    let at = word () and from = word () in
    match Random.State.int random 4 with
    | 0 -> Bytes.set_int32_be blob at (Random.State.int32 random 16l)
    | 1 -> Bytes.set_int32_be blob at (Bytes.get_int32_be blob from)
    | 2 -> Bytes.blit blob from blob at (min 64 (Bytes.length blob - max at from))
    | _ -> Bytes.set_int32_be blob at (Random.State.bits32 random)
  done;
  Bytes.to_string blob

let arm = ("qemu-system-aarch64", [ "-cpu"; "cortex-a57" ])
let riscv = ("qemu-system-riscv64", [ "-bios"; "none" ])

let of_qemu ((program, more), machine) =
  Flat.trimmed (Qemu.device_tree ~program ("virt," ^ machine) more)

let machines =
  [ (arm, "gic-version=2"); (arm, "gic-version=3,iommu=smmuv3"); (riscv, "aia=none");
    (riscv, "aia=aplic-imsic") ]

let () =
  let grown n = Flat.blob (Random_machine.make (Random.State.make [| n |])) in
  let blobs = Array.append (Array.of_list (List.map of_qemu machines)) (Array.init 16 grown) in
  Fuzz.run "fuzz: random bytes" Fuzz.noise () target;
  Fuzz.run "fuzz: random tokens" tokens () target;
  Fuzz.run "fuzz: trees of machines at random" machine () target;
  Fuzz.run "fuzz: good blobs with changed words" change_words blobs target;
  Fuzz.run "fuzz: good blobs with changed bytes" Fuzz.mutate blobs target;
  Check.finish ()
