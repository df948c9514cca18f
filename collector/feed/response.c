#include "feed/response.h"

#include "base/memory.h"

bool response_add_headers(struct MHD_Response *response, const struct answer *answer)
{
    bool complete = MHD_add_response_header(response, "Content-Type", answer->type) == MHD_YES &&
                    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff") == MHD_YES &&
                    MHD_add_response_header(response, "Cache-Control", answer->cache) == MHD_YES;

    for (size_t i = 0; i < answer->header_count && complete; i++)
        complete = MHD_add_response_header(response, answer->headers[i].name, answer->headers[i].value) == MHD_YES;
    return complete;
}

struct MHD_Response *response_make(struct answer *answer)
{
    struct MHD_Response *response;

    if (answer->body.bytes == NULL)
        return MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
    response = MHD_create_response_from_buffer_with_free_callback(answer->body.length, answer->body.bytes, mem_free);
    if (response != NULL)
        buffer_init(&answer->body);
    return response;
}
