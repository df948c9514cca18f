/* feed/exchange.h - one request from its first byte to the end of its answer: what libmicrohttpd calls meanwhile.
 *
 * Its thread takes the request in. Questions that need no token are answered at once; for all others the connection is
 * suspended, a worker makes the answer, and the connection is resumed to send it.
 */
#ifndef DRIFTLINE_FEED_EXCHANGE_H
#define DRIFTLINE_FEED_EXCHANGE_H

#include <microhttpd.h>

/* The callbacks; `feed` is their closure. */
enum MHD_Result exchange_accept(void *feed, const struct sockaddr *address, socklen_t length);
void *exchange_begin(void *feed, const char *target, struct MHD_Connection *connection);
enum MHD_Result exchange_handle(void *feed, struct MHD_Connection *connection, const char *url, const char *method,
                                const char *version, const char *upload, size_t *upload_size, void **exchange);
void exchange_end(void *feed, struct MHD_Connection *connection, void **exchange,
                  enum MHD_RequestTerminationCode reason);
void exchange_connection(void *feed, struct MHD_Connection *connection, void **watched,
                         enum MHD_ConnectionNotificationCode code);

#endif
