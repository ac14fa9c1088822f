type entry = { pointer : Pointer.t; data : Buffer.t }
type half = (int, entry) Hashtbl.t

type t = {
  mutable young : half;
  mutable old : half;
  mutable young_blocks : int;
  blocks : int;
  mutex : Sync.Mutex.t;
}

let create ~blocks =
  let half () = Hashtbl.create 64 in
  { young = half (); old = half (); young_blocks = 0; blocks; mutex = Sync.Mutex.create () }

let blocks_of entry = Buffer.length entry.data / Address.block_bytes

let turn t =
  let free = t.old in
  t.old <- t.young;
  Hashtbl.reset free;
  t.young <- free;
  t.young_blocks <- 0

let forget t key =
  match Hashtbl.find_opt t.young key with
  | Some entry ->
      t.young_blocks <- t.young_blocks - blocks_of entry;
      Hashtbl.remove t.young key
  | None -> ()

let put t key entry =
  forget t key;
  if t.young_blocks + blocks_of entry > t.blocks / 2 then turn t;
  Hashtbl.replace t.young key entry;
  t.young_blocks <- t.young_blocks + blocks_of entry

let locked t body = Sync.Mutex.protect ~checked:false t.mutex body

let find t pointer =
  let key = Pointer.index pointer in
  let same entry = Pointer.equal entry.pointer pointer in
  locked t (fun () ->
      match Hashtbl.find_opt t.young key with
      | Some entry -> if same entry then Some entry.data else None
      | None -> (
          match Hashtbl.find_opt t.old key with
          | Some entry when same entry ->
              put t key entry;
              Some entry.data
          | _ -> None))

let mem t pointer =
  let key = Pointer.index pointer in
  let holds half =
    match Hashtbl.find_opt half key with
    | Some entry -> Pointer.equal entry.pointer pointer
    | None -> false
  in
  locked t (fun () -> holds t.young || holds t.old)

let add t pointer data =
  locked t (fun () -> put t (Pointer.index pointer) { pointer; data })
