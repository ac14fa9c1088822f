open Fs

type ids = { real : int; effective : int; saved : int }
type t = { user : ids; group : ids }

let zero = { real = 0; effective = 0; saved = 0 }
let superuser = { user = zero; group = zero }
let is_privileged t = t.user.effective = 0
let any { real; effective; saved } = [ real; effective; saved ]
let ( let* ) = Result.bind

(* -1 keeps a number; one that is not among these wants privilege. *)
let chosen wanted ~privileged ~keep ~among =
  if wanted = -1 then Ok keep
  else if wanted < -1 then Error Errno.EINVAL
  else if privileged || List.mem wanted among then Ok wanted
  else Error Errno.EPERM

let set ids ~privileged n =
  if n < 0 then Error Errno.EINVAL
  else if privileged then Ok { real = n; effective = n; saved = n }
  else
    let among = [ ids.real; ids.saved ] in
    let* effective = chosen n ~privileged ~keep:ids.effective ~among in
    Ok { ids with effective }

let set_two ids ~privileged ~real:new_real ~effective:new_effective =
  let among = [ ids.real; ids.effective ] in
  let* real = chosen new_real ~privileged ~keep:ids.real ~among in
  let* effective = chosen new_effective ~privileged ~keep:ids.effective ~among:(any ids) in
  let is_new = new_real <> -1 || (new_effective <> -1 && effective <> ids.real) in
  Ok { real; effective; saved = (if is_new then effective else ids.saved) }

let set_three ids ~privileged ~real ~effective ~saved =
  let among = any ids in
  let* real = chosen real ~privileged ~keep:ids.real ~among in
  let* effective = chosen effective ~privileged ~keep:ids.effective ~among in
  let* saved = chosen saved ~privileged ~keep:ids.saved ~among in
  Ok { real; effective; saved }
