/* The dashboard: /, /web/NAME and /web/pages/NAME. Its files are the same for everybody and say nothing of any
 * database, so they need no token; what they show they ask this API for, with the token of who looks. */
#include <string.h>

#include "feed/routes.h"
#include "web/web_files.h"

/* Whatever a name or a definition from a database holds, it cannot become a script: there are none but those files, and
 * Trusted Types keep text from being read as markup. */
static const char content_policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

static void add_headers(struct answer *answer, const struct web_file *file)
{
    answer->type = file->type;
    answer->cache = "no-cache"; /* kept, and asked about each time: after an update nobody sees old scripts */
    answer_add_header(answer, "ETag", file->tag);
    answer_add_header(answer, "Content-Security-Policy", content_policy);
    answer_add_header(answer, "Referrer-Policy", "no-referrer");
    answer_add_header(answer, "X-Frame-Options", "DENY");
    answer_add_header(answer, "Cross-Origin-Opener-Policy", "same-origin");
    answer_add_header(answer, "Cross-Origin-Embedder-Policy", "require-corp");
    answer_add_header(answer, "Cross-Origin-Resource-Policy", "same-origin");
    answer_add_header(answer, "Permissions-Policy", "camera=(), geolocation=(), microphone=()");
}

static enum error_code answer_file(const struct request *request, struct text folder, struct text name,
                                   struct answer *answer, struct error *error)
{
    const struct web_file *file = web_file_find(folder, name);

    if (file == NULL)
        return error_set(error, ERROR_NOT_FOUND, "the dashboard has no file '%.*s%.*s'", (int)folder.length,
                         folder.bytes, (int)(name.length > 80 ? 80 : name.length), name.bytes);
    add_headers(answer, file);
    if (request->held != NULL && strstr(request->held, file->tag) != NULL) {
        answer->status = 304;
        return ERROR_NONE;
    }
    buffer_add(&answer->body, file->content, file->length);
    return buffer_check(&answer->body, error, "writing an answer");
}

enum error_code get_dashboard(const struct request *request, struct answer *answer, struct error *error)
{
    return answer_file(request, TEXT(""), TEXT("index.html"), answer, error);
}

enum error_code get_dashboard_file(const struct request *request, struct answer *answer, struct error *error)
{
    return answer_file(request, TEXT(""), request->name, answer, error);
}

enum error_code get_dashboard_page(const struct request *request, struct answer *answer, struct error *error)
{
    return answer_file(request, TEXT("pages/"), request->name, answer, error);
}
