/* Writes docs/reference/http-api.md from the table of routes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed/connections.h"
#include "feed/routes.h"

static const char *const type_names[] = {
    [PARAMETER_TEXT] = "text",
    [PARAMETER_NAME] = "name",
    [PARAMETER_NUMBER] = "number",
    [PARAMETER_TIME] = "time",
    [PARAMETER_ROOT] = "64 hexadecimal digits",
    [PARAMETER_FLAG] = "`true` or `false`",
    [PARAMETER_CHOICE] = "one of",
    [PARAMETER_CHOICES] = "some of",
};

static void write_type(struct buffer *page, const struct parameter *parameter)
{
    bool all_kinds;

    buffer_add_string(page, type_names[parameter->type]);
    if (parameter->type == PARAMETER_NUMBER && parameter->maximum < INT64_MAX)
        buffer_printf(page, ", %lld to %lld", (long long)parameter->minimum, (long long)parameter->maximum);
    if (parameter->choice == NULL)
        return;
    all_kinds = strcmp(parameter->name, "kind") == 0;
    for (size_t i = 0; parameter->choice(i) != NULL && !all_kinds; i++)
        buffer_printf(page, "%s`%s`", i == 0 ? " " : ", ", parameter->choice(i));
    if (all_kinds)
        buffer_add_string(page, " the kinds of objects: `table`, `view`, `function` …");
}

static void write_parameters(struct buffer *page, const struct parameter *parameters)
{
    if (parameters == NULL)
        return;
    buffer_add_string(page, "| parameter | is | meaning |\n|---|---|---|\n");
    for (; parameters->name != NULL; parameters++) {
        buffer_printf(page, "| `%s`%s | ", parameters->name,
                      parameters->required   ? ", needed"
                      : parameters->repeated ? ", may be repeated"
                                             : "");
        write_type(page, parameters);
        buffer_printf(page, " | %s", parameters->summary);
        if (parameters->preset != NULL)
            buffer_printf(page, " Without it `%s`.", parameters->preset);
        buffer_add_string(page, " |\n");
    }
    buffer_add_byte(page, '\n');
}

static void write_route(struct buffer *page, const struct http_route *route)
{
    buffer_printf(page, "### %s %s\n\n%s. ", route->method, route->path, route->summary);
    if (route->rights == 0)
        buffer_add_string(page, "Needs no token.\n\n");
    else
        buffer_printf(page, "Rights: `%s`.\n\n", token_rights_name((enum token_rights)route->rights));
    write_parameters(page, route->parameters);
    if (route->body != NULL)
        buffer_printf(page, "The body is a JSON object, `%s`. ", route->body);
    if (route->upload != NULL)
        buffer_printf(page, "The body may be a snapshot file, `Content-Type: %s`, of at most `limits.snapshot` bytes. ",
                      route->upload);
    buffer_printf(page, "%u: ", route->status);
    if (route->schema != NULL)
        buffer_printf(page, "`%s`", route->schema);
    for (const char *const *type = route->types; type != NULL && *type != NULL; type++)
        buffer_printf(page, "%s`%s`", type == route->types && route->schema == NULL ? "" : ", ", *type);
    if (route->failure != 0)
        buffer_printf(page, "; %u: the same", route->failure);
    buffer_add_string(page, ".\n\n");
    if (route->headers == NULL)
        return;
    buffer_add_string(page, "| header of the answer | meaning |\n|---|---|\n");
    for (const struct route_header *header = route->headers; header->name != NULL; header++)
        buffer_printf(page, "| `%s` | %s |\n", header->name, header->summary);
    buffer_add_byte(page, '\n');
}

static void write_rights(struct buffer *page)
{
    buffer_add_string(page, "| rights | what they add |\n|---|---|\n");
    for (unsigned rights = TOKEN_READ; rights <= TOKEN_ADMIN; rights++) {
        bool any = false;

        buffer_printf(page, "| `%s` | ", token_rights_name((enum token_rights)rights));
        for (const struct http_route *route = route_table; route->method != NULL && rights != TOKEN_READ; route++)
            if (route->rights == rights) {
                buffer_printf(page, "%s`%s %s`", any ? ", " : "", route->method, route->path);
                any = true;
            }
        buffer_add_string(page, rights == TOKEN_READ
                                    ? "all that is asked with `GET`, but tokens and what people did |\n"
                                : any ? " |\n"
                                      : "nothing yet |\n");
    }
    buffer_add_byte(page, '\n');
}

static void write_intro(struct buffer *page)
{
    buffer_printf(
        page,
        "# The HTTP API\n\n"
        "<!-- Written from the table in collector/feed/routes.c by the target `docs`; changes belong there. -->\n\n"
        "The collector answers questions over HTTP, on loopback only unless it has a certificate. `GET /openapi.json`\n"
        "describes all of it for programs, OpenAPI 3.1, with a schema for every answer; the names below are those of "
        "its\nschemas. What is only added later does not change the `1` in the paths: readers skip what they do not "
        "know.\n\n"
        "```sh\n"
        "curl -H \"Authorization: Bearer $(cat /var/lib/driftline/admin.token)\" http://127.0.0.1:7480/api/v1/fleet\n"
        "```\n\n"
        "## Tokens\n\n"
        "`Authorization: Bearer dl_…`. Each of the rights includes those before it:\n\n");
    write_rights(page);
    buffer_printf(
        page,
        "## What all answers have in common\n\n"
        "- Times are `2026-11-21T10:00:00.000Z`. Questions may also use a date, or another distance from UTC.\n"
        "- Roots are 64 hexadecimal digits. Verdicts are `IN_SYNC`, `DRIFTED` or `UNKNOWN`, all other words lower "
        "case.\n"
        "- Names and definitions come from databases. What is no UTF-8 there is escaped as in "
        "[reports](reports.md#json).\n"
        "- A list that may be long comes in pages: `next` is what to ask the next with, `null` at the end.\n"
        "- `X-Content-Type-Options: nosniff` is always there, and `Cache-Control: no-store` but for the dashboard's "
        "own\n"
        "  files. `HEAD` is `GET` without the body.\n\n"
        "## Failures\n\n"
        "```json\n"
        "{\"error\": {\"code\": \"not-found\", \"message\": \"there is no database 'ordres'\", "
        "\"hint\": \"…\"}}\n"
        "```\n\n"
        "`code` is one of [these](errors.md). A parameter or member that is unknown, given twice or out of bounds is "
        "an "
        "error,\nnever ignored. Where a list was sent, `item` is the place in it, from 0, of what the error is "
        "about.\n\n"
        "| status | when |\n|---|---|\n"
        "| 400 | the question makes no sense: the message names the parameter or member |\n"
        "| 401 | there is no token, or it is not known, or it has expired |\n"
        "| 403 | the token has not the rights |\n"
        "| 404 | there is no such path, database, environment, snapshot, object, drift, waiver, agent or token |\n"
        "| 405 | the path cannot be asked with this method; `Allow` names those it takes |\n"
        "| 409 | somebody else has what was asked for; a drift is in another state than that takes; or the environment "
        "has no majority, and the hint names its instances |\n"
        "| 413 | the body, or what is to be compared, is larger than the configuration allows |\n"
        "| 415 | the body is not of the type that is taken |\n"
        "| 414, 431 | path and query have more than %d bytes, the headers more than %d |\n"
        "| 500 | a fault of the collector, or a damaged history; the log says more |\n"
        "| 503 | too much is going on, or the history cannot be written; `Retry-After` says when to come again |\n\n"
        "What is no HTTP at all, the library in front of the API answers, with 400 or 431 and a body of "
        "`text/html`.\n\n"
        "A request must have arrived within `http.timeout`, and its answer be taken at %d KiB a second or faster: else "
        "the\nconnection is closed. The [configuration](collector.md) says how many connections there may be.\n\n"
        "## References\n\n"
        "`orders@prod` is the newest snapshot of the majority of an environment, `orders@prod/eu-1` of one instance, "
        "`~2` the\none two before, `~2026-11-01T00:00Z` the newest of then. `#17` is a snapshot by its number. "
        "In a query `@` and `~` may\nstand as they are; `#` is written `%%23`, `+` is written `%%2B`.\n\n",
        REQUEST_TARGET_LIMIT, REQUEST_HEADERS_LIMIT, ANSWER_BYTES_PER_SECOND / 1024);
}

static const struct {
    const char *tag;
    const char *title;
} tags[] = {
    {"fleet", "The fleet"},          {"comparison", "Comparisons"},
    {"drift", "Drift and waivers"},  {"gate", "The gate and contracts"},
    {"history", "The history"},      {"agents", "Agents"},
    {"tokens", "Tokens of the API"}, {"service", "The service itself"},
    {"dashboard", "The dashboard"},
};

int main(void)
{
    struct buffer page;
    bool complete;

    buffer_init(&page);
    write_intro(&page);
    for (size_t i = 0; i < LENGTH_OF(tags); i++) {
        buffer_printf(&page, "## %s\n\n", tags[i].title);
        for (const struct http_route *route = route_table; route->method != NULL; route++)
            if (strcmp(route->tag, tags[i].tag) == 0)
                write_route(&page, route);
    }
    while (page.length > 1 && page.bytes[page.length - 2] == '\n')
        page.length--;
    complete = !page.failed && fwrite(page.bytes, 1, page.length, stdout) == page.length;
    buffer_clear(&page);
    return complete && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
