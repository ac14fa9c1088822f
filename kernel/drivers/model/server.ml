let tag_bits = 8

let run bell port ~words perform () =
  let request = Array.make words 0 in
  let rec turn () =
    if Port.next port request ~words ~most:1 = 1 then begin
      let tag = Requests.tag request.(0) in
      let answer = [| tag lor (perform request lsl tag_bits) |] in
      ignore (Port.answer port answer ~items:1 ~words:1 : int);
      Picos.Fiber.yield ()
    end
    else if Port.may_sleep port then Sched.Bell.wait bell;
    turn ()
  in
  turn ()

let serve device ~core bell port ~words perform =
  Device.spawn device ~core "requests" (run bell port ~words perform)
