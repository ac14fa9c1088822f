(* Trees at random: what is written is what is read; what is printed compiles to the same. *)

(* An input is the number that a tree grows from. *)
let number () random = string_of_int (Random.State.bits random)

let read_back number =
  let random = Random.State.make [| int_of_string number |] in
  let tree = Random_tree.make random in
  Same.tree tree (Fdt.Tree.root (Expect.tree (Random_tree.blob random tree)))

let () =
  Fuzz.run "round trip: a tree through any form of blob" number () read_back;
  Check.test "round trip: a tree through text and another compiler" (fun () ->
      for n = 1 to 40 do
        let random = Random.State.make [| n |] in
        Same.compiled (Expect.tree (Random_tree.blob random (Random_tree.make random)))
      done);
  Check.finish ()
