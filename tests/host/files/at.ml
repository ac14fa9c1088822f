open Fs

let ok what = function
  | Ok value -> value
  | Error e -> failwith (Printf.sprintf "%s: %s" what (Errno.name e))

let fails what expected = function
  | Ok _ -> failwith (what ^ ": it worked")
  | Error e when e = expected -> ()
  | Error e -> failwith (Printf.sprintf "%s: %s, not %s" what (Errno.name e) (Errno.name expected))

let ticks = Atomic.make 1
let clock () : Node.stamp = { seconds = Atomic.fetch_and_add ticks 1; nanoseconds = 0 }

let view ?bytes ?nodes () =
  let tmp = Tmp.create ?bytes ?nodes ~now:clock () in
  Walk.create (Mounts.create (Tmp.root tmp))

let rw = { Opening.flags with write = true; create = true }
let opened view path flags = snd (ok path (Opening.open_ view path flags ~mode:0o644))
let put (file : Node.file) ~at text = file.write ~at (Transfer.of_string text)

let get (file : Node.file) ~at length =
  let bytes = Bytes.make length '?' in
  let n = ok "read" (file.read ~at (Transfer.of_bytes bytes 0 length)) in
  Bytes.sub_string bytes 0 n

let make view path text =
  let file = opened view path rw in
  if ok path (put file ~at:0 text) <> String.length text then failwith (path ^ ": a short write");
  file.close ()

let node view path = (ok path (Walk.resolve view ~follow:false path)).node
let stat view path = ok path ((node view path).stat ())

let contents view path =
  let file = opened view path Opening.flags in
  let text = get file ~at:0 (stat view path).size in
  file.close ();
  text

let directory view path =
  match (node view path).body with
  | Names directory -> directory
  | Target _ | Plain -> failwith (path ^ ": no directory")

let names view path =
  let directory = directory view path in
  let rec go from =
    match ok path (directory.entries ~from ~most:7) with
    | [] -> []
    | entries ->
        let next = (List.nth entries (List.length entries - 1)).next in
        List.map (fun (e : Node.entry) -> e.name) entries @ go next
  in
  List.filter (fun name -> name <> "." && name <> "..") (go 0)
