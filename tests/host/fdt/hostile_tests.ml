(* Trees of about a mebibyte that are made to cost time: everything can be asked of every node
   within the seconds that a fuzzer's input may take. *)
open Flat

let numbers n make = List.init n make
let words n make = cells (List.concat (numbers n make))
let named prefix i = Printf.sprintf "%s%x" prefix i
let of_root properties children = blob (node "" properties children)

let test name blob =
  Check.test ("hostile: " ^ name) (fun () ->
      let ask blob = Questions.ask blob (Expect.ok (Questions.read blob)) in
      Check.that "large" (String.length blob > 500_000);
      Fuzz.bounded ask blob)

let bus ?(address = 1) ?(size = 1) name properties =
  node name ([ ("#address-cells", cells [ address ]);
    ("#size-cells", cells [ size ]) ] @ properties)

let many_things () =
  test "60,000 nodes side by side"
    (of_root [] (numbers 60_000 (fun i -> node (named "n" i) [] [])));
  test "40,000 addresses of one name"
    (of_root [] (numbers 40_000 (fun i -> node (named "name@" i) [] [])));
  test "30,000 properties of one node" (of_root (numbers 30_000 (fun i -> (named "p" i, "x"))) []);
  test "20,000 phandles"
    (of_root [] (numbers 20_000 (fun i -> node (named "n" i) [ ("phandle", cells [ i + 1 ]) ] [])));
  test "a text of a million NULs" (of_root [ ("compatible", String.make 1_000_000 '\000') ] []);
  test "60,000 reservations"
    (blob ~reservations:(numbers 60_000 (fun i -> (i + 1, 1))) (node "" [] []))

(* Every property's name starts at another letter of the same words. *)
let long_names () =
  let word = String.make 255 'n' ^ "\000" in
  let strings = String.concat "" (numbers 1000 (fun _ -> word)) in
  let one i = begin_node (named "n" i) ^ property (i * 10) "" ^ end_node in
  test "names of 255 letters"
    (assemble ~strings ((begin_node "" :: numbers 20_000 one) @ [ end_node; end_ ]))

let deep () =
  let leaves = numbers 40_000 (fun i -> node (named "n" i) [ ("interrupts", "") ] []) in
  let rec nest depth =
    bus "b" [ ("ranges", "") ] (if depth = 0 then leaves else [ nest (depth - 1) ])
  in
  test "40,000 nodes, 64 deep" (of_root [] [ nest 60 ])

(* Each address is in the last window of each bus. *)
let windows () =
  let rows = words 255 (fun i -> [ 0x1000 + i; 0; 1 ]) ^ cells [ 0; 0; 0x100 ] in
  let device = node "d" [ ("reg", words 50_000 (fun _ -> [ 1; 1 ])) ] [] in
  let rec nest depth =
    bus "b" [ ("ranges", rows); ("dma-ranges", rows) ]
      (if depth = 0 then [ device ] else [ nest (depth - 1) ])
  in
  test "50,000 addresses behind 60 buses of 256 windows" (bus "" [] [ nest 59 ] |> blob)

let controller more = [ ("#interrupt-cells", cells [ 1 ]); ("interrupt-controller", "") ] @ more

let interrupts () =
  let chip = node "chip" (controller [ ("phandle", cells [ 1 ]) ]) [] in
  let device more i = node (named "d" i) more [] in
  test "120,000 interrupts of one node"
    (of_root [] [ chip; device [ ("interrupts-extended", words 120_000 (fun i -> [ 1; i ])) ] 0 ]);
  let rows = words 40_000 (fun i -> [ i; 1; i ]) in
  let nexus phandle rows =
    [ ("phandle", cells [ phandle ]); ("#address-cells", cells [ 0 ]);
      ("#interrupt-cells", cells [ 1 ]); ("interrupt-map", rows) ]
  in
  let to_nexus i =
    device [ ("interrupts", cells [ 39_999 ]); ("interrupt-parent", cells [ 2 ]) ] i
  in
  test "10,000 interrupts through a map of 40,000 rows"
    (of_root [] (chip :: node "nexus" (nexus 2 rows) [] :: numbers 10_000 to_nexus));
  let ring i =
    let own = nexus (2 + i) (cells [ 1; 2 + ((i + 1) mod 5000); 1 ]) in
    let interrupts = ("interrupts", cells [ 1; 1; 1; 1; 1; 1; 1; 1 ]) in
    device (own @ [ interrupts; ("interrupt-parent", cells [ 2 + i ]) ]) i
  in
  test "5,000 nexuses in a ring" (of_root [] (numbers 5_000 ring));
  let ids = words 1024 (fun i -> [ i; 1; 0; 1 ]) in
  let host i =
    device [ ("msi-map", ids); ("iommu-map", ids); ("msi-map-mask", cells [ 0x3ff ]) ] i
  in
  test "30 hosts with maps of 1,024 rows" (of_root [] (chip :: numbers 30 host))

let () =
  many_things ();
  long_names ();
  deep ();
  windows ();
  interrupts ();
  Check.finish ()
