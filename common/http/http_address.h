/* http/http_address.h - names and values as parts of an address. */
#ifndef DRIFTLINE_HTTP_HTTP_ADDRESS_H
#define DRIFTLINE_HTTP_HTTP_ADDRESS_H

#include "base/buffer.h"
#include "base/text.h"

/* Append a text as one step of a path or one value of a query: all but letters, digits and `-_.~` as %XX. */
void http_add_encoded(struct buffer *address, struct text text);

#endif
