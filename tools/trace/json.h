/* json.h: spans as Chrome's trace event format, the object form ("Trace Event Format", the Chromium
 * project): what chrome://tracing and ui.perfetto.dev open. A process per core, a thread per track;
 * times in microseconds with three decimals. */
#ifndef TOOLS_TRACE_JSON_H
#define TOOLS_TRACE_JSON_H

#include <stdio.h>
#include "spans.h"

/* Writes the whole file, ASCII only. What was lost stands under "otherData". */
void json_write(FILE *out, const struct wire_trace *trace, const struct spans *spans);

#endif
