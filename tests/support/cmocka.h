/* support/cmocka.h - cmocka with the headers that it needs before it. */
#ifndef DRIFTLINE_TEST_CMOCKA_H
#define DRIFTLINE_TEST_CMOCKA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
