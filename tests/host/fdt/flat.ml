type node = { name : string; properties : (string * string) list; children : node list }

let node name properties children = { name; properties; children }

let cells list =
  let buffer = Buffer.create 16 in
  List.iter (fun cell -> Buffer.add_int32_be buffer (Int32.of_int cell)) list;
  Buffer.contents buffer

let text text = text ^ "\000"
let texts list = String.concat "" (List.map text list)
let padded bytes = bytes ^ String.make (-String.length bytes land 3) '\000'
let begin_node name = cells [ 1 ] ^ padded (text name)
let end_node = cells [ 2 ]
let property name value = cells [ 3; String.length value; name ] ^ padded value
let nop = cells [ 4 ]
let end_ = cells [ 9 ]

let assemble ?(reservations = []) ?(boot_cpu = 0) ~strings structure =
  let wide n = [ n lsr 32; n ] in
  let pair (base, size) = cells (wide base @ wide size) in
  let reserved = String.concat "" (List.map pair (reservations @ [ (0, 0) ])) in
  let structure = String.concat "" structure in
  let at_structure = 40 + String.length reserved in
  let at_strings = at_structure + String.length structure in
  let total = at_strings + String.length strings in
  cells
    [ 0xd00dfeed; total; at_structure; at_strings; 40; 17; 16; boot_cpu; String.length strings;
      String.length structure ]
  ^ reserved ^ structure ^ strings

let blob ?reservations ?boot_cpu root =
  let strings = Buffer.create 256 and offsets = Hashtbl.create 16 in
  let offset name =
    match Hashtbl.find_opt offsets name with
    | Some offset -> offset
    | None ->
        let offset = Buffer.length strings in
        Hashtbl.add offsets name offset;
        Buffer.add_string strings (text name);
        offset
  in
  let rec tokens node =
    let properties = List.map (fun (name, value) -> property (offset name) value) node.properties in
    let children = List.concat_map tokens node.children in
    (begin_node node.name :: properties) @ children @ [ end_node ]
  in
  let structure = tokens root @ [ end_ ] in
  assemble ?reservations ?boot_cpu ~strings:(Buffer.contents strings) structure

let contents blob =
  Bigarray.Array1.init Bigarray.char Bigarray.c_layout (String.length blob) (String.get blob)

let u32 blob offset = Int32.to_int (String.get_int32_be blob offset) land 0xffff_ffff

let patch blob offset value =
  let bytes = Bytes.of_string blob in
  Bytes.set_int32_be bytes offset (Int32.of_int value);
  Bytes.to_string bytes

let trimmed blob =
  let stop = max (u32 blob 8 + u32 blob 36) (u32 blob 12 + u32 blob 32) in
  patch (String.sub blob 0 stop) 4 stop
