let nr_all_orders = ref 0

let test ?preemptions name scenario =
  Check.test name (fun () ->
      let nr_orders = Explored.Explorer.all ?preemptions scenario in
      Printf.printf "# %d orders\n%!" nr_orders;
      nr_all_orders := !nr_all_orders + nr_orders)

let finish () =
  Printf.printf "# %d orders explored\n%!" !nr_all_orders;
  Check.finish ()
