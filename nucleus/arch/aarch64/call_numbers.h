/* call_numbers.h: Linux's numbers of the calls that the nucleus answers: the generic ones. */
#ifndef ARCH_CALL_NUMBERS_H
#define ARCH_CALL_NUMBERS_H

#include "call_numbers_generic.h"

#endif
