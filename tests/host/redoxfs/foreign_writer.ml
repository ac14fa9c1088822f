open Redoxfs

let is_header b = Buffer.equal_string b 0 "RedoxFS\000"

let sign b =
  let hash = Seahash.buffer b ~offset:0 ~length:4072 in
  Buffer.set64 b 4088 hash;
  Buffer.set64 b 4072 hash;
  Buffer.set64 b 4080 0L

let with_padding padding b =
  if is_header b then begin
    Buffer.set_string b 3168 padding;
    sign b
  end

let each f { Device.block; data } =
  for i = 0 to (Buffer.length data / 4096) - 1 do
    if block + i < 256 then f (Buffer.sub data (i * 4096) 4096)
  done

let newest (device : Device.t) =
  let ring = Buffer.create (256 * 4096) in
  if device.read [ { block = 0; data = ring } ] <> Ok () then Expect.fail "the ring";
  Buffer.sub ring (Damage.newest ring * 4096) 4096

let device (device : Device.t) =
  let padding = Buffer.to_string (newest device) 3168 904 in
  let read runs =
    let result = device.read runs in
    List.iter (each (with_padding (String.make 904 '\000'))) runs;
    result
  in
  let write runs =
    let copy (run : Device.run) = { run with data = Buffer.copy run.data } in
    let runs = List.map copy runs in
    List.iter (each (with_padding padding)) runs;
    device.write runs
  in
  { device with read; write }

let options = { Files.options with keep = 0; discard = false }

let write ?(options = options) bytes body =
  let fs = Files.ok (Fs.mount options (device (Files.device bytes))) in
  Check.that "sees none" (Files.ok (Fs.snapshots fs) = []);
  body fs;
  Files.ok (Fs.unmount fs)

let is_damaged fs name =
  (List.find (fun (s : Fs.snapshot) -> s.name = name) (Files.ok (Fs.snapshots fs))).damaged
