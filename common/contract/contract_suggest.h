/* contract/contract_suggest.h - a contract to begin with, made from how things are. */
#ifndef DRIFTLINE_CONTRACT_CONTRACT_SUGGEST_H
#define DRIFTLINE_CONTRACT_CONTRACT_SUGGEST_H

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "contract/contract.h"
#include "schema/snapshot.h"

struct contract_wish {
    struct text database;      /* of the reference; a placeholder when it is empty */
    struct text environment;   /* or empty */
    const struct text *tables; /* displayed paths of tables or views */
    size_t count;
};

/* Append a file that contract_file_read() reads, that the snapshot keeps, and whose comments say what to edit. A table
 * that is not there is ERROR_NOT_FOUND, with near names as hint. */
enum error_code contract_suggest(struct buffer *output, const struct snapshot *snapshot,
                                 const struct contract_wish *wish, struct error *error) MUST_CHECK;

#endif
