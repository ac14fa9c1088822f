let number size n =
  let b = Bytes.create size in
  for i = 0 to size - 1 do
    Bytes.set_uint8 b i ((n asr (8 * i)) land 0xff)
  done;
  Bytes.to_string b

let u8 = number 1
let u16 = number 2
let u32 = number 4
let u64 = number 8
let zeros n = String.make n '\000'
let text size text = text ^ String.make (size - String.length text) ' '
let gas ?(space = 0) ?(width = 32) address = u8 space ^ u8 width ^ u8 0 ^ u8 0 ^ u64 address

let set bytes at part =
  let b = Bytes.of_string bytes in
  Bytes.blit_string part 0 b at (String.length part);
  Bytes.to_string b

let sum bytes ~at =
  let rest = set bytes at (u8 0) in
  set rest at (u8 (-String.fold_left (fun sum c -> sum + Char.code c) 0 rest))

let table ?(revision = 1) signature parts =
  let body = String.concat "" parts in
  let header length =
    signature ^ u32 length ^ u8 revision ^ u8 0 ^ text 6 "BACTRI" ^ text 8 "TEST" ^ u32 1
    ^ text 4 "OURS" ^ u32 1
  in
  sum (header (36 + String.length body) ^ body) ~at:9

let rsdp ?(revision = 2) ?(rsdt = 0) ?(xsdt = 0) () =
  let old = sum ("RSD PTR " ^ u8 0 ^ text 6 "BACTRI" ^ u8 revision ^ u32 rsdt) ~at:8 in
  if revision < 2 then old else sum (old ^ u32 36 ^ u64 xsdt ^ zeros 4) ~at:32

type memory = (int * string) list

let read memory ~address ~length =
  let holds (at, bytes) = address >= at && address + length <= at + String.length bytes in
  match List.find_opt holds memory with
  | Some (at, bytes) when length >= 0 -> Ok (String.sub bytes (address - at) length)
  | _ -> Error ()

let fadt ~dsdt = table ~revision:6 "FACP" [ set (zeros 240) 104 (u64 dsdt) ]

let machine ?(dsdt = table ~revision:2 "DSDT" []) tables =
  let place n table =
    let address = 0x10000 + (n * 0x1000) in
    (address, table address)
  in
  let dsdt_at = 0x8000 in
  let placed = List.mapi place ((fun _ -> fadt ~dsdt:dsdt_at) :: tables) in
  let xsdt = table "XSDT" (List.map (fun (address, _) -> u64 address) placed) in
  [ (0x1000, rsdp ~xsdt:0x2000 ()); (0x2000, xsdt); (dsdt_at, dsdt) ] @ placed
