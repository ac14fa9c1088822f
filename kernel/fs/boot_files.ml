type error = Archive of Ustar.error | Refused of { path : string; why : Errno.t }

let pp_error ppf = function
  | Archive e -> Ustar.pp_error ppf e
  | Refused { path; why } -> Format.fprintf ppf "%s: %a" path Errno.pp why

let ( let* ) = Result.bind

let names_of (node : Node.t) =
  match node.body with Names directory -> Ok directory | Target _ | Plain -> Error Errno.ENOTDIR

let find_or_make directory name =
  match (directory : Node.directory).find name with
  | Error ENOENT -> directory.create name New_directory ~mode:0o755 ~uid:0 ~gid:0
  | found -> found

(* Where the last of the names stands. *)
let rec parent_of node = function
  | [] | [ _ ] -> Ok node
  | name :: rest ->
      let* directory = names_of node in
      let* next = find_or_make directory name in
      parent_of next rest

let vacate (directory : Node.directory) name =
  match directory.unlink name with Error ENOENT -> Ok () | result -> result

let add tmp contents (entry : Ustar.entry) =
  let* parent = parent_of (Tmp.root tmp) entry.path in
  let* directory = names_of parent in
  let name = List.nth entry.path (List.length entry.path - 1) in
  let modified : Node.stamp = { seconds = entry.modified; nanoseconds = 0 } in
  let mode = entry.mode land 0o7777 in
  match entry.kind with
  | Directory ->
      let* node = find_or_make directory name in
      node.change [ Mode mode; Modified modified ]
  | Symlink target ->
      let* () = vacate directory name in
      let* node = directory.create name (New_symlink target) ~mode:0o777 ~uid:0 ~gid:0 in
      node.change [ Modified modified ]
  | File { offset; size } ->
      let* () = vacate directory name in
      Tmp.add_shown tmp ~directory:parent name contents ~offset ~size ~mode ~modified
      |> Result.map ignore

let refused (entry : Ustar.entry) why = Refused { path = String.concat "/" entry.path; why }

let load tmp contents =
  match Ustar.entries contents with
  | Error e -> Error (Archive e)
  | Ok entries ->
      let one so_far entry =
        let* count = so_far in
        let* () = Result.map_error (refused entry) (add tmp contents entry) in
        Ok (count + 1)
      in
      List.fold_left one (Ok 0) entries
