let all = Suite_runtime.all
