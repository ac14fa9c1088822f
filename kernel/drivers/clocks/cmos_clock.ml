open Clocks

let index = 0
let data = 1

let get ports register =
  Hal.Registers.write8 ports index register;
  Hal.Registers.read8 ports data

let put ports register byte =
  Hal.Registers.write8 ports index register;
  Hal.Registers.write8 ports data byte

let registers ports : Cmos.registers =
  {
    seconds = get ports Cmos.at_seconds;
    minutes = get ports Cmos.at_minutes;
    hours = get ports Cmos.at_hours;
    day = get ports Cmos.at_day;
    month = get ports Cmos.at_month;
    year = get ports Cmos.at_year;
    century = get ports Cmos.at_century;
    mode = get ports Cmos.at_b;
  }

(* An update takes 2 ms: "Update cycle". *)
let patience_ns = 20_000_000
let pause_ns = 500_000

(* Two looks that agree, neither of them at a date that was changing. *)
let stable ports =
  let until = Sched.Time.now_ns () + patience_ns in
  let rec look before =
    let now =
      if get ports Cmos.at_a land Cmos.updating <> 0 then None else Some (registers ports)
    in
    match now with
    | Some seen when now = before -> Ok seen
    | _ when Sched.Time.now_ns () > until -> Error "its date never stands still"
    | _ ->
        if now = None then Sched.Time.sleep pause_ns;
        look now
  in
  look None

let ns_per_second = 1_000_000_000

let read ports () =
  Result.bind (stable ports) (fun seen ->
      Result.map (fun date -> Date.to_seconds date * ns_per_second) (Cmos.decode seen))

let write ports (r : Cmos.registers) =
  put ports Cmos.at_b (r.mode lor Cmos.halt);
  put ports Cmos.at_seconds r.seconds;
  put ports Cmos.at_minutes r.minutes;
  put ports Cmos.at_hours r.hours;
  put ports Cmos.at_day r.day;
  put ports Cmos.at_month r.month;
  put ports Cmos.at_year r.year;
  put ports Cmos.at_century r.century;
  put ports Cmos.at_b (r.mode land lnot Cmos.halt)

let latest = 2199

let set ports ns =
  let date = Date.of_seconds (ns / ns_per_second) in
  if date.year > latest then Error "it has no such year"
  else
    Result.map
      (fun (seen : Cmos.registers) ->
        write ports (Cmos.encode date ~mode:seen.mode ~century:seen.century))
      (stable ports)

let start device =
  let ports = Device.registers device 0 in
  Clock.offer device { read = read ports; set = Some (set ports) }

let driver : Driver.t =
  {
    name = "cmos-clock";
    matches = Driver.compatible [ "PNP0B00"; "PNP0B01"; "PNP0B02"; "motorola,mc146818" ];
    start;
  }
