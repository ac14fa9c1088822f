let reading = Readiness.(union readable always)
let writing = Readiness.(union writable error)
let exceptional = Readiness.priority
let nothing ready = Array.for_all Readiness.is_empty ready
let look (file, wanted) = Readiness.inter wanted (File.readiness file)

let watch ((file : File.t), wanted) =
  Option.map (fun watch -> (watch, wanted)) file.file.watch

let wait files patience =
  let watches = List.filter_map watch (Array.to_list files) in
  let attempt () =
    let ready = Array.map look files in
    if nothing ready then None else Some ready
  in
  match Patience.eventually patience watches attempt with
  | Ok (Some ready) -> Ok ready
  | Ok None -> Ok (Array.map (fun _ -> Readiness.none) files)
  | Error _ as error -> error

let poll files patience =
  wait (Array.map (fun (file, wanted) -> (file, Readiness.(union wanted always))) files) patience
