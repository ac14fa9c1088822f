open Flat

let int = Random.State.int
let pick random list = List.nth list (int random (List.length list))

(* Mostly numbers that can be phandles, counts of cells, or addresses in someone's window. *)
let number random =
  match int random 16 with
  | 0 -> pick random [ 0xffff_ffff; 0x8000_0000; 0x7fff_ffff; 0x4000_0000; 0x3fff_ffff ]
  | 1 | 2 -> 0x1000 * int random 16
  | 3 -> 0x100_0000 * int random 4
  | 4 | 5 | 6 -> 0
  | _ -> int random 8

let some_cells most random = cells (List.init (int random (most + 1)) (fun _ -> number random))
let count most random = cells
  [ (if int random 20 = 0 then number random else int random (most + 1)) ]
let flag _ = ""
let one_of words random = text (pick random words)
let names =
  [ "soc"; "bus"; "pci"; "cpu"; "memory"; "intc"; "dev"; "cpus"; "chosen"; "aliases";
    "reserved-memory" ]

let path random =
  let names = List.init (int random 4) (fun _ -> "/" ^ pick random names) in
  text (String.concat "" names)

(* What is named twice comes twice as often. *)
let vocabulary =
  [
    ("#address-cells", count 4);
    ("#address-cells", count 3);
    ("#size-cells", count 2);
    ("#interrupt-cells", count 3);
    ("#msi-cells", count 1);
    ("reg", some_cells 12);
    ("reg", some_cells 5);
    ("ranges", some_cells 21);
    ("ranges", some_cells 9);
    ("ranges", flag);
    ("dma-ranges", some_cells 14);
    ("dma-ranges", flag);
    ("interrupts", some_cells 6);
    ("interrupts-extended", some_cells 8);
    ("interrupt-parent", count 12);
    ("interrupt-controller", flag);
    ("interrupt-map", some_cells 24);
    ("interrupt-map", some_cells 12);
    ("interrupt-map-mask", some_cells 5);
    ("msi-map", some_cells 12);
    ("msi-map-mask", some_cells 1);
    ("msi-parent", some_cells 3);
    ("iommu-map", some_cells 8);
    ("status", one_of [ "okay"; "disabled"; "reserved"; "fail" ]);
    ("device_type", one_of [ "pci"; "cpu"; "memory" ]);
    ("device_type", one_of [ "memory" ]);
    ("compatible", one_of [ "x"; "y"; "z" ]);
    ("stdout-path", path);
    ("serial0", path);
    ("linux,initrd-start", some_cells 2);
    ("linux,initrd-end", some_cells 2);
    ("size", some_cells 2);
    ("alignment", some_cells 2);
    ("alloc-ranges", some_cells 8);
    ("no-map", flag);
    ("reusable", flag);
    ("timebase-frequency", some_cells 2);
    ("numa-node-id", count 3);
    ("enable-method", one_of [ "psci" ]);
    ("riscv,isa", path);
  ]

let property random =
  let name, value = pick random vocabulary in
  (name, value random)

(* Each node has a phandle that no other has: how many there were before it. *)
let rec node random ~count name depth =
  incr count;
  let phandle = ("phandle", cells [ !count ]) in
  let properties = List.init (int random 8) (fun _ -> property random) in
  let properties = List.sort_uniq (fun (a, _) (b, _) -> compare a b) properties in
  let child number =
    let name = pick random names in
    let name = if Random.State.bool random then name else Printf.sprintf "%s@%x" name number in
    node random ~count name (depth - 1)
  in
  let children = if depth = 0 then [] else List.init (int random 5) child in
  let children = List.sort_uniq (fun a b -> compare a.name b.name) children in
  { name; properties = phandle :: properties; children }

let make random = node random ~count:(ref 0) "" 3
