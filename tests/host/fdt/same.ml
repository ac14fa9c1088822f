let rec flat node =
  let property (p : Fdt.Property.t) = (p.name, p.value) in
  {
    Flat.name = Fdt.Node.name node;
    properties = List.map property (Fdt.Node.properties node);
    children = List.map flat (Fdt.Node.children node);
  }

(* Where two trees differ first, in words. *)
let rec difference path (a : Flat.node) (b : Flat.node) =
  let path = path ^ "/" ^ a.name in
  if a.name <> b.name then Some (path ^ ": the other is " ^ b.name)
  else if a.properties <> b.properties then Some (path ^ ": properties differ")
  else if List.compare_lengths a.children b.children <> 0 then Some (path ^ ": children differ")
  else List.find_map Fun.id (List.map2 (difference path) a.children b.children)

let flats a b = Option.iter (fun what -> Check.that what false) (difference "" a b)
let tree written read = flats written (flat read)
let trees a b = flats (flat a) (flat b)

let compile source =
  let of_dtc, to_dtc = Unix.open_process "dtc -q -I dts -O dtb" in
  output_string to_dtc source;
  close_out to_dtc;
  let blob = In_channel.input_all of_dtc in
  Check.that "dtc compiles it" (Unix.close_process (of_dtc, to_dtc) = WEXITED 0);
  blob

let compiled tree =
  let again = Expect.tree (compile (Format.asprintf "%a" Fdt.Source.pp tree)) in
  trees (Fdt.Tree.root tree) (Fdt.Tree.root again);
  let reserved tree = (Fdt.Tree.blob tree).reservations in
  Check.that "the same reservations" (reserved tree = reserved again)
