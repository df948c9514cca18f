/* sources/scratch/scratch_server.h - a scratch database on a server that is there for others, too. For scratch.c. */
#ifndef DRIFTLINE_SOURCES_SCRATCH_SCRATCH_SERVER_H
#define DRIFTLINE_SOURCES_SCRATCH_SCRATCH_SERVER_H

#include <libpq-fe.h>

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"

enum { SCRATCH_NAME_SIZE = 64 };

/* Make a database through a connection to another one of the server. */
enum error_code scratch_server_create(PGconn *connection, char ret_name[SCRATCH_NAME_SIZE],
                                      struct error *error) MUST_CHECK;

/* Drop it, whoever else is connected to it. `inside` is a connection to it, or NULL. What cannot be dropped is left to
 * the next scratch database that is made there: there is nobody to tell any more. */
void scratch_server_drop(PGconn *connection, PGconn *inside, const char *name);

/* Append the same URL with another database. */
enum error_code scratch_server_url(struct buffer *buffer, const char *url, const char *database,
                                   struct error *error) MUST_CHECK;

#endif
