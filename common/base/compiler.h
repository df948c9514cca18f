/* base/compiler.h - the few compiler extensions that the whole project relies on (GCC and Clang).
 *
 * MUST_CHECK    the caller may not ignore the result
 * PRINTF_LIKE   the compiler checks the arguments against the format
 * CLEANUP(f)    calls f(&variable) on every way out of the scope
 * LENGTH_OF     the number of elements of an array (not of a pointer)
 */
#ifndef DRIFTLINE_BASE_COMPILER_H
#define DRIFTLINE_BASE_COMPILER_H

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_at, first_at) __attribute__((format(printf, format_at, first_at)))
#define CLEANUP(function) __attribute__((cleanup(function)))
#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
