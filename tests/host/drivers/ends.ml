open Drivers

let reason s = Option.value (Supervisor.history s).last_failure ~default:""

let is_what_it_says said says =
  let length = String.length says - 3 in
  if String.ends_with ~suffix:"..." says then
    String.starts_with ~prefix:(String.sub says 0 length) said
  else if String.starts_with ~prefix:"..." says then
    String.ends_with ~suffix:(String.sub says 3 length) said
  else said = says

let await s ~be_honest ~says =
  Host.until (fun () -> reason s <> "");
  be_honest ();
  if not (is_what_it_says (reason s) says) then
    failwith (Printf.sprintf "it says %S, not %S" (reason s) says)

let again s =
  let lives = (Supervisor.history s).lives in
  Supervisor.kill s;
  Host.until (fun () -> Supervisor.state s = Running && (Supervisor.history s).lives > lives)

let check why =
  if String.starts_with ~prefix:"it raised" why then
    failwith ("a driver ended, and all it says is: " ^ why)

let recorded f =
  let reasons = ref [] in
  Supervisor.on_failure := (fun ~device:_ ~driver:_ why -> reasons := why :: !reasons);
  f ();
  List.iter check !reasons
