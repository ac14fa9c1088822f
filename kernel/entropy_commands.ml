open Command
open Drivers

let say = Command.say
let is_there condition = if condition then "yes" else "no"

let show_source source =
  say "%-10s %d bytes on %s" (Entropy.name source) (Entropy.bytes source) (Entropy.device source)

let entropy = function
  | [] ->
      let facts = Hal.Entropy.facts () in
      say "processor  %s" (is_there facts.has_processor);
      say "loader     %s" (is_there facts.has_seed);
      List.iter show_source (Entropy.all ());
      say "%d bytes mixed in since the start" facts.added;
      0
  | _ -> misused "entropy" ""

let all =
  [ { name = "entropy"; arguments = ""; summary = "where random bytes come from"; run = entropy } ]
