let all =
  Suite_nucleus.all @ Suite_interrupts.all @ Suite_runtime.all @ Suite_files.all @ Suite_rings.all
  @ Suite_sched.all @ Suite_picos.all @ Suite_trace.all
