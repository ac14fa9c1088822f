(* [opened]: whether a slave ever was; [gone]: the master is closed. *)
type master = {
  number : int;
  terminal : Terminal.t;
  node : Node.t;  (** the slave's *)
  locked : bool Atomic.t;
  slaves : int Atomic.t;
  opened : bool Atomic.t;
  gone : bool Atomic.t;
}

module Numbers = Map.Make (Int)

type t = {
  most : int;
  tell : group:int -> Terminal.event -> unit;
  now : unit -> Node.stamp;
  masters : master Numbers.t Atomic.t;
}

type File.what += Master of master

let ( let* ) = Result.bind
let major = 136

(* Of the directory's system; the numbers of its nodes begin behind its own. *)
let device = 21
let first_inode = 3

let create ?(most = 4096) ~tell ~now () = { most; tell; now; masters = Atomic.make Numbers.empty }

let find t number = Numbers.find_opt number (Atomic.get t.masters)
let terminal master = master.terminal
let number master = master.number

(* ---- nodes ---- *)

let is_size = function Node.Size _ -> true | _ -> false

let slave_node t number ~uid ~gid =
  let node = Nameless.node Events in
  let now = t.now () in
  let owner = Node.[ Mode 0o620; Owner { uid; gid }; Accessed now; Modified now ] in
  ignore (node.change owner : (unit, Errno.t) result);
  let shown stat =
    {
      stat with
      Node.device;
      inode = first_inode + number;
      kind = Character;
      special = Devices.number ~major ~minor:number;
      block_size = 1024;
    }
  in
  let watch = Watch.create () in
  {
    node with
    stat = (fun () -> Result.map shown (node.stat ()));
    change =
      (fun changes -> if List.exists is_size changes then Error EINVAL else node.change changes);
    open_ = (fun _flags -> Ok (Nameless.file node ~watch));
    system = { id = device; read_only = false };
    same = first_inode + number;
  }

(* ---- the directory ---- *)

let number_of name =
  match int_of_string_opt name with
  | Some n when n >= 0 && string_of_int n = name -> Some n
  | _ -> None

let look t name =
  match Option.bind (number_of name) (find t) with
  | Some master -> Ok master.node
  | None -> Error Errno.ENOENT

(* Where [.], [..] and each number stand. *)
let dots = 2

let entries t ~from ~most =
  let dot at name =
    { Node.name; inode = 1; kind = Directory; next = at + 1 }
  in
  let entry (number, _master) =
    {
      Node.name = string_of_int number;
      inode = first_inode + number;
      kind = Character;
      next = number + dots + 1;
    }
  in
  let all =
    dot 0 "." :: dot 1 ".." :: List.map entry (Numbers.bindings (Atomic.get t.masters))
  in
  Ok (List.filteri (fun i _ -> i < most) (List.filter (fun e -> e.Node.next > from) all))

let refuse = Error Errno.EPERM

let directory t ~self =
  {
    Node.find = look t;
    parent = self;
    entries = entries t;
    create = (fun _ _ ~mode:_ ~uid:_ ~gid:_ -> refuse);
    link = (fun _ _ -> refuse);
    unlink = (fun _ -> refuse);
    rmdir = (fun _ -> refuse);
    rename = (fun _ ~into:_ _ _ -> refuse);
  }

let root t =
  let plain = Nameless.node Events in
  let directory_stat stat =
    { stat with Node.device; inode = 1; kind = Directory; mode = 0o755; links = 2 }
  in
  let rec node =
    lazy
      {
        Node.stat = (fun () -> Result.map directory_stat (plain.stat ()));
        change = (fun _ -> refuse);
        open_ = (fun _flags -> Ok (Nameless.file (Lazy.force node) ~watch:(Watch.create ())));
        figures =
          (fun () ->
            Result.map (fun f -> { f with Node.kind_of_system = 0x1cd1 }) (plain.figures ()));
        body = Names (directory t ~self:(fun () -> Lazy.force node));
        system = { id = device; read_only = false };
        same = 1;
      }
  in
  Lazy.force node

(* ---- masters ---- *)

let all_closed master = Atomic.get master.opened && Atomic.get master.slaves = 0

let read master transfer =
  match Terminal.shown master.terminal transfer with
  | Error EAGAIN when all_closed master -> Error Errno.EIO
  | answer -> answer

let readiness master () =
  let own = Terminal.device_readiness master.terminal in
  if all_closed master then Readiness.(union hangup own) else own

let number32 transfer n =
  let bytes = Bytes.create 4 in
  Bytes.set_int32_le bytes 0 (Int32.of_int n);
  Result.map (fun _count -> 0) (Transfer.put transfer bytes 0 4)

let set_lock master transfer =
  let bytes = Bytes.create 4 in
  let* count = Transfer.take transfer bytes 0 4 in
  if count < 4 then Error Errno.EFAULT
  else begin
    Atomic.set master.locked (Bytes.get_int32_le bytes 0 <> 0l);
    Ok 0
  end

(* What the terminal's processes have written is the master's input. *)
let flush master which =
  let of_terminal = match which with 0 -> 1 | 1 -> 0 | other -> other in
  Terminal.control master.terminal 0x540b ~argument:of_terminal (Transfer.of_string "")

let control master request ~argument transfer =
  match request with
  | 0x80045430 -> number32 transfer master.number
  | 0x40045431 -> set_lock master transfer
  | 0x80045439 -> number32 transfer (Bool.to_int (Atomic.get master.locked))
  | 0x541b -> number32 transfer (Terminal.waiting_output master.terminal)
  | 0x540b -> flush master argument
  | _ -> Terminal.control master.terminal request ~argument transfer

let rec withdraw t master =
  let before = Atomic.get t.masters in
  let after = Numbers.remove master.number before in
  if not (Atomic.compare_and_set t.masters before after) then withdraw t master

let close t master () =
  Atomic.set master.gone true;
  withdraw t master;
  Terminal.hang_up master.terminal

let file t master node =
  {
    (Nameless.file node ~watch:(Terminal.for_device master.terminal)) with
    read = (fun ~at:_ transfer -> read master transfer);
    write = (fun ~at:_ transfer -> Terminal.typed master.terminal transfer);
    readiness = readiness master;
    control = (fun request transfer -> control master request ~argument:0 transfer);
    close = close t master;
  }

let rec lowest_free masters number =
  if Numbers.mem number masters then lowest_free masters (number + 1) else number

let make t number ~uid ~gid =
  {
    number;
    terminal = Terminal.create ~tell:t.tell;
    node = slave_node t number ~uid ~gid;
    locked = Atomic.make true;
    slaves = Atomic.make 0;
    opened = Atomic.make false;
    gone = Atomic.make false;
  }

let rec add t ~uid ~gid =
  let before = Atomic.get t.masters in
  if Numbers.cardinal before >= t.most then Error Errno.EIO
  else
    let master = make t (lowest_free before 0) ~uid ~gid in
    let after = Numbers.add master.number master before in
    if Atomic.compare_and_set t.masters before after then Ok master else add t ~uid ~gid

let open_master t node ~uid ~gid flags status =
  let* master = add t ~uid ~gid in
  Ok (File.make ~what:(Master master) ~status flags (file t master node))

(* ---- slaves ---- *)

let closed master () =
  Atomic.decr master.slaves;
  Watch.ring (Terminal.for_device master.terminal) Readiness.all

let open_slave master node flags status =
  if Atomic.get master.locked || Atomic.get master.gone then Error Errno.EIO
  else begin
    Atomic.incr master.slaves;
    Atomic.set master.opened true;
    Ok (Terminal.opened master.terminal node flags status ~closed:(closed master))
  end
