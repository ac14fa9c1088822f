open Effect.Deep

type _ Effect.t += Step : unit Effect.t
type thread = Ended | Ready of (unit -> thread)

exception Too_long of int

let max_steps = 200
let exploring = ref false
let step () = if !exploring then Effect.perform Step

let start body =
  Ready
    (fun () ->
      match_with body ()
        {
          retc = (fun () -> Ended);
          exnc = raise;
          effc =
            (fun (type a) (eff : a Effect.t) ->
              match eff with
              | Step -> Some (fun (k : (a, thread) continuation) -> Ready (fun () -> continue k ()))
              | _ -> None);
        })

(* Takes each thread to its first step, so that what it does before is no choice. *)
let run_one threads index =
  match threads.(index) with Ended -> () | Ready resume -> threads.(index) <- resume ()

let ready_threads threads =
  List.filter
    (fun index -> match threads.(index) with Ended -> false | Ready _ -> true)
    (List.init (Array.length threads) Fun.id)

(* Runs once, along [prefix], and from its end on the same thread as long as it is ready. Returns the choices made, newest first,
   each as the thread taken and those that were left to try. *)
let run_along ~preemptions scenario prefix =
  let bodies, check = scenario () in
  let threads = Array.of_list (List.map start bodies) in
  exploring := true;
  Fun.protect
    ~finally:(fun () -> exploring := false)
    (fun () ->
      Array.iteri (fun index _ -> run_one threads index) threads;
      let rec go nr_steps ~last ~left prefix choices =
        if nr_steps > max_steps then raise (Too_long nr_steps);
        let ready = ready_threads threads in
        let goes_on = List.mem last ready in
        let take index others prefix =
          run_one threads index;
          let left = if goes_on && index <> last then left - 1 else left in
          go (nr_steps + 1) ~last:index ~left prefix ((index, others) :: choices)
        in
        match (ready, prefix) with
        | [], _ -> choices
        | _, (index, others) :: prefix -> take index others prefix
        | _, [] when goes_on ->
            take last (if left > 0 then List.filter (fun index -> index <> last) ready else []) []
        | index :: others, [] -> take index others []
      in
      let choices = go 0 ~last:(-1) ~left:preemptions prefix [] in
      exploring := false;
      check ();
      choices)

(* The next order, depth first: the newest choice that had an alternative takes it. *)
let rec next = function
  | [] -> None
  | (_, []) :: older -> next older
  | (_, index :: others) :: older -> Some (List.rev ((index, others) :: older))

let all ?(preemptions = max_int) scenario =
  let rec go nr_orders prefix =
    match next (run_along ~preemptions scenario prefix) with
    | None -> nr_orders
    | Some prefix -> go (nr_orders + 1) prefix
  in
  go 1 []
