type t = {
  node : Node.t;
  id : int;
  status : Node.status;
  enable_method : string list;
  riscv_isa : string option;
  numa_node : int;
}

let ( let* ) = Result.bind

let id node =
  match Reg.entries node with
  | [] -> Error.fail ~offset:(Node.offset node) (Missing "reg")
  | first :: _ -> Result.map (fun (entry : Reg.entry) -> Bus_address.at entry.address) first

let of_node node =
  let* id = id node in
  let* enable_method = Node.optional node "enable-method" Property.strings in
  let* riscv_isa = Node.optional node "riscv,isa" Property.string in
  let* numa_node = Node.optional node "numa-node-id" Property.u32 in
  Ok
    {
      node;
      id;
      status = Node.status node;
      enable_method = Option.value enable_method ~default:[];
      riscv_isa;
      numa_node = Option.value numa_node ~default:0;
    }

let is_cpu node =
  Node.base_name node = "cpu"
  || Node.optional node "device_type" Property.string = Ok (Some "cpu")

let nodes t =
  match Tree.find t "/cpus" with
  | None -> []
  | Some parent -> List.filter is_cpu (Node.children parent)

let all t = List.map of_node (nodes t)

let timebase_hz t =
  let frequency node = Node.optional node "timebase-frequency" Property.number in
  let rec first = function
    | [] -> Ok None
    | node :: rest ->
        let* hz = frequency node in
        if hz = None then first rest else Ok hz
  in
  let cpus = Option.to_list (Tree.find t "/cpus") in
  first (cpus @ nodes t)
