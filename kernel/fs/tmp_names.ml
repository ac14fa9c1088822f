module By_name = Map.Make (String)
module By_number = Map.Make (Int)

type 'a slot = { name : string; number : int; value : 'a; is_directory : bool }

type 'a t = {
  by_name : 'a slot By_name.t;
  by_number : 'a slot By_number.t;
  next : int;
  count : int;
  directories : int;
  is_removed : bool;
}

let empty =
  {
    by_name = By_name.empty;
    by_number = By_number.empty;
    next = 2;
    count = 0;
    directories = 0;
    is_removed = false;
  }

let removed = { empty with is_removed = true }
let find t name = By_name.find_opt name t.by_name
let one is = if is then 1 else 0

let remove t name =
  match find t name with
  | None -> t
  | Some slot ->
      {
        t with
        by_name = By_name.remove name t.by_name;
        by_number = By_number.remove slot.number t.by_number;
        count = t.count - 1;
        directories = t.directories - one slot.is_directory;
      }

let add t name ~is_directory value =
  let t = remove t name in
  let slot = { name; number = t.next; value; is_directory } in
  {
    t with
    by_name = By_name.add name slot t.by_name;
    by_number = By_number.add slot.number slot t.by_number;
    next = t.next + 1;
    count = t.count + 1;
    directories = t.directories + one is_directory;
  }

let count t = t.count
let directories t = t.directories

let next_from t number =
  Option.map snd (By_number.find_first_opt (fun n -> n >= number) t.by_number)

let is_removed t = t.is_removed
