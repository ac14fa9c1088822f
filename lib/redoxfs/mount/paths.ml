type t = { fs : Fs.t; wanted : (int, string) Hashtbl.t; visited : (int, unit) Hashtbl.t }

let rec each_name t id cursor f =
  match Fs.list t.fs id cursor with
  | Error _ -> ()
  | Ok (names, next) ->
      List.iter f names;
      Option.iter (fun cursor -> each_name t id cursor f) next

let rec directory t path id =
  if not (Hashtbl.mem t.visited id) then begin
    Hashtbl.replace t.visited id ();
    each_name t id Names.start (fun (name, child) ->
        let path = path ^ "/" ^ name in
        if Hashtbl.find_opt t.wanted child = Some "" then Hashtbl.replace t.wanted child path;
        match Fs.stat t.fs child with
        | Ok { kind = Directory; _ } -> directory t path child
        | Ok _ | Error _ -> ())
  end

let find fs ids =
  let wanted = Hashtbl.create 64 in
  List.iter (fun id -> Hashtbl.replace wanted id "") ids;
  if Hashtbl.mem wanted Operations.root then Hashtbl.replace wanted Operations.root "/";
  if ids <> [] then directory { fs; wanted; visited = Hashtbl.create 64 } "" Operations.root;
  Hashtbl.filter_map_inplace (fun _ path -> if path = "" then None else Some path) wanted;
  wanted
