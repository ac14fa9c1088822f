/* memory_object.h: how stubs find the object behind a Hal.Memory_object.t. */
#ifndef RUNTIME_HAL_MEMORY_OBJECT_H
#define RUNTIME_HAL_MEMORY_OBJECT_H

#include <caml/mlvalues.h>
#include "objects.h"

/* With one user more: the caller's, to be given up by object_release.
 * Raises Invalid_argument when the value has been released. */
struct object *memory_object_use(value t);

#endif
