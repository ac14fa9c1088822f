let read path = In_channel.with_open_bin path In_channel.input_all
let write path text = Out_channel.with_open_bin path (fun out -> output_string out text)

let append path text =
  let flags = [ Open_wronly; Open_creat; Open_append; Open_binary ] in
  Out_channel.with_open_gen flags 0o644 path (fun out -> output_string out text)

(* Two of us may make the same directory at once. *)
let rec make_directory path =
  if not (Sys.file_exists path) then (
    make_directory (Filename.dirname path);
    try Sys.mkdir path 0o755 with Sys_error _ when Sys.file_exists path -> ())

let rec copy source target =
  if Sys.is_directory source then (
    make_directory target;
    let below name = copy (Filename.concat source name) (Filename.concat target name) in
    Array.iter below (Sys.readdir source))
  else write target (read source)

let remove path = ignore (Sys.command ("rm -rf " ^ Filename.quote path))

let shell ~directory ~log command =
  append log (Printf.sprintf "$ %s\n" command);
  Sys.command
    (Printf.sprintf "{ cd %s && %s\n} >>%s 2>&1 </dev/null" (Filename.quote directory) command
       (Filename.quote log))
