let fail format = Printf.ksprintf (fun what -> Check.that what false) format
let show_error e = Format.asprintf "%a" Fdt.Error.pp e

let ok = function
  | Ok value -> value
  | Error e ->
      fail "%s" (show_error e);
      assert false

let tree blob = ok (Fdt.Tree.of_contents (Flat.contents blob))

let node tree path =
  match Fdt.Tree.find tree path with
  | Some node -> node
  | None ->
      fail "there is no %s" path;
      assert false

let fails ~offset problem = function
  | Ok _ -> fail "there is no error"
  | Error e ->
      let expected = { Fdt.Error.offset; problem } in
      if e <> expected then fail "%s; expected: %s" (show_error e) (show_error expected)

let equal what show got expected =
  if got <> expected then fail "%s is %s, not %s" what (show got) (show expected)

let int what = equal what (Printf.sprintf "0x%x")
let text what = equal what (Printf.sprintf "%S")

let regions what got expected =
  let region (base, size) = { Fdt.Region.base; size } in
  let show regions = Format.asprintf "%a" Format.(pp_print_list Fdt.Region.pp) regions in
  equal what show got (List.map region expected)
