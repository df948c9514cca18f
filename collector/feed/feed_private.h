/* feed/feed_private.h - what server.c and exchange.c share; nobody else includes it. */
#ifndef DRIFTLINE_FEED_PRIVATE_H
#define DRIFTLINE_FEED_PRIVATE_H

#include <microhttpd.h>

#include "correlate/policy.h"
#include "feed/access.h"
#include "feed/address.h"
#include "feed/connections.h"
#include "feed/routes.h"
#include "feed/server.h"
#include "feed/streams.h"
#include "feed/workers.h"

struct feed {
    struct MHD_Daemon *daemon;
    struct logger *logger;
    struct feed_tools tools;
    struct policy_holder *policy;
    struct access access;
    struct connections *connections;
    struct workers *workers;
    unsigned connections_per_address;
    size_t body_limit;
    size_t upload_limit; /* of one large body, and of all that are sent at once */
    struct arena arena;  /* what lives as long as this */
    struct buffer openapi;
    struct certificate certificate; /* NULL: no TLS */
    char url[FEED_URL_SIZE];
    char complaint[256]; /* what libmicrohttpd said last while it started; empty: nothing */
    bool started;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t fewer;
    size_t uploaded;    /* bytes of large bodies that are kept */
    unsigned exchanges; /* requests that are there as a whole, and not yet answered */
};

#endif
