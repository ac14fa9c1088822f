let all =
  List.concat
    [
      Memory_calls.all;
      Clone_calls.all;
      Exec_calls.all;
      Wait_calls.all;
      Process_calls.all;
      Identity_calls.all;
      Futex_calls.all;
      Scheduling_calls.all;
      Limit_calls.all;
      Setting_calls.all;
      System_calls.all;
      Signal_calls.all;
      Process_file_calls.all;
      Time_calls.all;
      Timer_calls.all;
      Io_calls.all;
      Copy_calls.all;
      Splice_calls.all;
      File_calls.all;
      Descriptor_calls.all;
      Lock_calls.all;
      Open_calls.all;
      Stat_calls.all;
      Attribute_calls.all;
      Name_calls.all;
      Directory_calls.all;
      Inotify_calls.all;
      Pipe_calls.all;
      Poll_calls.all;
      Select_calls.all;
      Epoll_calls.all;
      Socket_calls.all;
    ]

let by_number =
  let table = Array.make Number.limit None in
  List.iter
    (fun (call : Call.t) ->
      match Number.of_name call.name with
      | Some number -> table.(number) <- Some call
      | None -> ())
    all;
  table

let find number = if number >= 0 && number < Number.limit then by_number.(number) else None
