module Ints = Map.Make (Int)

module Keys = Map.Make (struct
  type t = int * int

  let compare = compare
end)

type interest = {
  bits : Readiness.t;
  edge : bool;
  once : bool;
  exclusive : bool;
  data : int64;
}

type event = { ready : Readiness.t; data : int64 }
type item = { id : int; file : File.t; fd : int; interest : interest Atomic.t }

(* An item in the line stands in [line] under its place, and [places] says which. *)
type state = {
  items : (item * (unit -> unit)) Keys.t;  (** each with what ends watching it *)
  line : item Ints.t;
  places : int Ints.t;
  next : int;
}

type t = {
  state : state Atomic.t;
  scanning : Sync.Lock.t;
  watch : Watch.t;
  around : t list Atomic.t;  (** sets that this one is in *)
}

type File.what += Epoll of t

let ( let* ) = Result.bind
let counter = Atomic.make 0
let key (file : File.t) fd = (file.id, fd)

(* Whether anything changed. *)
let rec changes atomic change =
  let before = Atomic.get atomic in
  let after = change before in
  after != before
  && (Atomic.compare_and_set atomic before after || changes atomic change)

let update atomic change = ignore (changes atomic change : bool)

(* ---- the line ---- *)

let is_there state item =
  match Keys.find_opt (key item.file item.fd) state.items with
  | Some (other, _) -> other == item
  | None -> false

let enter item state =
  if Ints.mem item.id state.places || not (is_there state item) then state
  else
    {
      state with
      line = Ints.add state.next item state.line;
      places = Ints.add item.id state.next state.places;
      next = state.next + 1;
    }

let leave item state =
  match Ints.find_opt item.id state.places with
  | None -> state
  | Some place ->
      { state with line = Ints.remove place state.line; places = Ints.remove item.id state.places }

let ready_bits item =
  Readiness.inter (Atomic.get item.interest).bits (File.readiness item.file)

let is_ready item = not (Readiness.is_empty (ready_bits item))

let put t item =
  update t.state (enter item);
  Watch.ring t.watch Readiness.readable

(* Who stands there already is no news. *)
let put_if_ready t item =
  if is_ready item && changes t.state (enter item) then Watch.ring t.watch Readiness.readable

let rung t item said =
  let bits = (Atomic.get item.interest).bits in
  let concerns = Readiness.is_empty said || not (Readiness.is_empty (Readiness.inter said bits)) in
  if concerns && not (Readiness.is_empty bits) then put t item

(* Who is not ready leaves the line: first it goes, then it is looked at, so that a ring in between
   brings it back. *)
let settle t item =
  is_ready item
  || begin
       update t.state (leave item);
       is_ready item
       && begin
            put t item;
            true
          end
     end

let readiness t () =
  let line = (Atomic.get t.state).line in
  if Seq.exists (fun (_place, item) -> settle t item) (Ints.to_seq line) then Readiness.readable
  else Readiness.none

(* ---- waiting ---- *)

(* Whatever happens behind [last] is for the next time. *)
let rec scan t ~most ~last events =
  match Ints.min_binding_opt (Atomic.get t.state).line with
  | Some (place, item) when most > 0 && place < last ->
      update t.state (leave item);
      let interest = Atomic.get item.interest and ready = ready_bits item in
      if Readiness.is_empty ready then scan t ~most ~last events
      else begin
        if interest.once then
          ignore
            (Atomic.compare_and_set item.interest interest { interest with bits = Readiness.none }
              : bool)
        else if not interest.edge then update t.state (enter item);
        scan t ~most:(most - 1) ~last ({ ready; data = interest.data } :: events)
      end
  | _ -> List.rev events

let collect t ~most () =
  let scan () = scan t ~most ~last:(Atomic.get t.state).next [] in
  match Sync.Lock.protect t.scanning scan with [] -> None | events -> Some events

let wait t ~most patience =
  if most <= 0 then Error Errno.EINVAL
  else
    let watches = [ (t.watch, Readiness.readable) ] in
    let* events = Patience.eventually patience watches (collect t ~most) in
    Ok (Option.value events ~default:[])

(* ---- sets in sets ---- *)

let deepest = 4
let nesting = Sync.Lock.create ()
let inner (item, _) = match item.file.File.what with Epoll inner -> Some inner | _ -> None

let inside t =
  let items = List.map snd (Keys.bindings (Atomic.get t.state).items) in
  List.filter_map inner items

(* The longest way along [next]; more than {!deepest} when it comes by the target. *)
let rec depth next ~target t ~left =
  let longest deep other =
    if deep > deepest then deep
    else if other == target || left = 0 then deepest + 1
    else Int.max deep (1 + depth next ~target other ~left:(left - 1))
  in
  List.fold_left longest 0 (next t)

let too_deep t inner =
  let down = depth inside ~target:t inner ~left:deepest in
  let up () = depth (fun t -> Atomic.get t.around) ~target:inner t ~left:deepest in
  down > deepest || down + 1 + up () > deepest

let rec without t = function
  | [] -> []
  | other :: rest -> if other == t then rest else other :: without t rest

(* ---- the set ---- *)

let nr_items = Atomic.make 0
let most_items = 1 lsl 17

let forget t item () =
  let drop state =
    if is_there state item then
      let state = leave item state in
      { state with items = Keys.remove (key item.file item.fd) state.items }
    else state
  in
  if changes t.state drop then Atomic.decr nr_items

(* What ends watching the file, whose end is watched too. *)
let attend t item watch =
  let gone = item.file.gone in
  let last = (Atomic.get item.interest).exclusive in
  let changes = Watch.add ~last watch (rung t item) in
  let ends = ref None in
  let stop () =
    Watch.remove watch changes;
    Option.iter (Watch.remove gone) !ends;
    match item.file.what with
    | Epoll inner -> update inner.around (without t)
    | _ -> ()
  in
  ends :=
    Some
      (Watch.add gone (fun _ ->
           forget t item ();
           stop ()));
  stop

let insert t (file : File.t) ~fd interest watch =
  let interest = { interest with bits = Readiness.(union interest.bits always) } in
  let id = Atomic.fetch_and_add counter 1 in
  let item = { id; file; fd; interest = Atomic.make interest } in
  (match file.what with Epoll inner -> update inner.around (List.cons t) | _ -> ());
  let stop = attend t item watch in
  let add state =
    let key = key file fd in
    if Keys.mem key state.items then state
    else { state with items = Keys.add key (item, stop) state.items }
  in
  if changes t.state add then begin
    Atomic.incr nr_items;
    Ok (put_if_ready t item)
  end
  else begin
    stop ();
    Error Errno.EEXIST
  end

(* EPOLLIN, EPOLLOUT, EPOLLERR and EPOLLHUP. *)
let exclusive_bits = Readiness.of_bits 0x1d

let check_exclusive (file : File.t) interest =
  let is_set = match file.what with Epoll _ -> true | _ -> false in
  let only = Readiness.inter interest.bits exclusive_bits = interest.bits in
  if interest.exclusive && (is_set || interest.once || not only) then Error Errno.EINVAL
  else Ok ()

let find t file fd = Keys.find_opt (key file fd) (Atomic.get t.state).items

let is_itself t (file : File.t) = match file.what with Epoll other -> other == t | _ -> false

let add t (file : File.t) ~fd interest =
  match file.file.watch with
  | None -> Error Errno.EPERM
  | Some _ when is_itself t file -> Error EINVAL
  | Some _ when Atomic.get nr_items >= most_items -> Error ENOSPC
  | Some watch -> (
      let* () = check_exclusive file interest in
      match file.what with
      | Epoll inner ->
          Sync.Lock.protect nesting (fun () ->
              if too_deep t inner then Error Errno.ELOOP else insert t file ~fd interest watch)
      | _ -> insert t file ~fd interest watch)

let change t (file : File.t) ~fd interest =
  if Option.is_none file.file.watch then Error Errno.EPERM
  else if is_itself t file || interest.exclusive then Error EINVAL
  else
    match find t file fd with
    | None -> Error ENOENT
    | Some (item, _) when (Atomic.get item.interest).exclusive -> Error EINVAL
    | Some (item, _) ->
        let interest = { interest with bits = Readiness.(union interest.bits always) } in
        Atomic.set item.interest interest;
        Ok (put_if_ready t item)

let remove t (file : File.t) ~fd =
  if Option.is_none file.file.watch then Error Errno.EPERM
  else if is_itself t file then Error EINVAL
  else
    match find t file fd with
    | None -> Error ENOENT
    | Some (item, stop) ->
        forget t item ();
        Ok (stop ())

(* ---- the file ---- *)

let close t () =
  let leave _key (item, stop) =
    forget t item ();
    stop ()
  in
  Keys.iter leave (Atomic.get t.state).items

let create () =
  let t =
    {
      state =
        Atomic.make { items = Keys.empty; line = Ints.empty; places = Ints.empty; next = 0 };
      scanning = Sync.Lock.create ();
      watch = Watch.create ();
      around = Atomic.make [];
    }
  in
  File.make ~what:(Epoll t)
    { read = true; write = true }
    {
      (Nameless.file (Nameless.node Events) ~watch:t.watch) with
      readiness = readiness t;
      close = close t;
    }
