/* feed/openapi.h - the description of the API, OpenAPI 3.1, made of the table of routes and the schemas of
 * schemas.json. */
#ifndef DRIFTLINE_FEED_OPENAPI_H
#define DRIFTLINE_FEED_OPENAPI_H

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"

enum error_code openapi_write(struct buffer *output, struct error *error) MUST_CHECK;

#endif
