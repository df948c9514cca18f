/* codegen/code_scalar.h - the types that values have one by one, the same for all engines.
 */
#ifndef DRIFTLINE_CODEGEN_CODE_SCALAR_H
#define DRIFTLINE_CODEGEN_CODE_SCALAR_H

#include "base/text.h"
#include "drift/type_family.h"

enum code_scalar {
    CODE_UNKNOWN,
#define SCALAR(symbol, name) CODE_##symbol,
#include "codegen/code_scalar.def"
#undef SCALAR
    CODE_SCALAR_COUNT
};

/* "int32"; of CODE_UNKNOWN "unknown". */
const char *code_scalar_name(enum code_scalar scalar);

/* What a type is as an engine spells it, without arrays: drift/type_family.h knows most. */
enum code_scalar code_scalar_of(enum type_engine engine, struct text spelling);

#endif
