(* Dates beside the C library's, and the ways in which a clock may keep them. *)
open Clocks

let test = Check.test
let is = Check.that
let show date = Format.asprintf "%a" Date.pp date

let of_unix seconds : Date.t =
  let t = Unix.gmtime (float seconds) in
  {
    year = t.tm_year + 1900;
    month = t.tm_mon + 1;
    day = t.tm_mday;
    hour = t.tm_hour;
    minute = t.tm_min;
    second = t.tm_sec;
  }

let same seconds =
  let date = Date.of_seconds seconds in
  if date <> of_unix seconds then
    failwith (Printf.sprintf "%d: %s, not %s" seconds (show date) (show (of_unix seconds)));
  is "valid" (Date.is_valid date);
  is "and back" (Date.to_seconds date = seconds)

let day = 86_400

let dates () =
  test "dates: every day of 800 years" (fun () ->
      for n = -365 * 400 to 365 * 400 do
        same (n * day);
        same ((n * day) + day - 1)
      done);
  test "dates: 100000 seconds at random" (fun () ->
      let random = Random.State.make [| 3 |] in
      for _ = 1 to 100_000 do
        same (Random.State.full_int random 10_000_000_000)
      done);
  test "dates: days that there are not" (fun () ->
      let date month day : Date.t = { year = 2023; month; day; hour = 0; minute = 0; second = 0 } in
      let bad = [ (2, 29); (4, 31); (0, 1); (13, 1); (1, 0); (12, 32) ] in
      is "none of them" (List.for_all (fun (m, d) -> not (Date.is_valid (date m d))) bad);
      is "1900 is no leap year" (not (Date.is_valid { (date 2 29) with year = 1900 }));
      is "2000 is one" (Date.is_valid { (date 2 29) with year = 2000 });
      is "no hour 24" (not (Date.is_valid { (date 1 1) with hour = 24 })))

let modes = [ 0; 2; 4; 6 ]

let cmos () =
  test "cmos: written and read, in all four modes" (fun () ->
      let random = Random.State.make [| 4 |] in
      for _ = 1 to 10_000 do
        let date = Date.of_seconds (Random.State.full_int random 4_000_000_000) in
        let there mode century =
          is (show date) (Cmos.decode (Cmos.encode date ~mode ~century) = Ok date)
        in
        List.iter (fun mode -> there mode (if mode land 4 = 0 then 0x20 else 20)) modes
      done);
  let noon : Cmos.registers =
    { seconds = 0x59; minutes = 0x07; hours = 0x92; day = 0x28; month = 2; year = 0x24;
      century = 0xff; mode = 0 }
  in
  test "cmos: two digits, twelve hours, no century" (fun () ->
      match Cmos.decode noon with
      | Ok date -> is (show date) (show date = "2024-02-28 12:07:59")
      | Error why -> failwith why);
  test "cmos: midnight is twelve" (fun () ->
      match Cmos.decode { noon with hours = 0x12; year = 0x70 } with
      | Ok date -> is (show date) (show date = "1970-02-28 00:07:59")
      | Error why -> failwith why);
  test "cmos: a register that is no century stays" (fun () ->
      let date = Date.of_seconds 1_700_000_000 in
      is "kept" ((Cmos.encode date ~mode:2 ~century:0xff).century = 0xff));
  test "cmos: no dates" (fun () ->
      let bad : Cmos.registers list =
        [ { noon with seconds = 0x60 }; { noon with seconds = 0x0a }; { noon with hours = 0x00 };
          { noon with hours = 0x13 }; { noon with day = 0x30 }; { noon with month = 0 };
          { noon with mode = 2; hours = 0x24 } ]
      in
      List.iter (fun r -> is "an error" (Result.is_error (Cmos.decode r))) bad);
  test "cmos: any bytes are a date or none" (fun () ->
      let random = Random.State.make [| 5 |] in
      let byte () = Random.State.int random 256 in
      for _ = 1 to 100_000 do
        let r : Cmos.registers =
          { seconds = byte (); minutes = byte (); hours = byte (); day = byte (); month = byte ();
            year = byte (); century = byte (); mode = byte () }
        in
        Result.iter (fun date -> is (show date) (Date.is_valid date)) (Cmos.decode r)
      done)

let () =
  dates ();
  cmos ();
  Check.finish ()
