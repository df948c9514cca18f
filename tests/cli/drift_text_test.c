#include "cli/drift_text.h"

#include "cli/golden.h"

static const int64_t now = INT64_C(1795255200000000); /* 2026-11-21T10:00Z */

static enum error_code write_list(struct buffer *output, const json_t *document, const struct table_style *style,
                                  struct arena *arena, struct error *error)
{
    struct answer_drifts drifts = {.next = 0};

    if (shape_read(&answer_drifts_shape, document, &drifts, arena, error) != ERROR_NONE)
        return error->code;
    drift_write_list(output, &drifts, style, arena, now);
    return buffer_check(output, error, "writing drifts");
}

static enum error_code write_one(struct buffer *output, const json_t *document, const struct table_style *style,
                                 struct arena *arena, struct error *error)
{
    struct answer_drift drift = {.id = 0};

    if (shape_read(&answer_drift_shape, document, &drift, arena, error) != ERROR_NONE)
        return error->code;
    drift_write_one(output, &drift, style, arena, now);
    return buffer_check(output, error, "writing a drift");
}

static enum error_code write_waivers(struct buffer *output, const json_t *document, const struct table_style *style,
                                     struct arena *arena, struct error *error)
{
    struct answer_waivers waivers = {.waivers = {0}};

    if (shape_read(&answer_waivers_shape, document, &waivers, arena, error) != ERROR_NONE)
        return error->code;
    drift_write_waivers(output, &waivers, style, arena, now);
    return buffer_check(output, error, "writing waivers");
}

static const struct golden_case cases[] = {
    {"drifts.json", "drifts.txt", {.width = 80}, write_list},
    {"drifts.json", "drifts_colour.txt", {.colour = true, .width = 0}, write_list},
    {"drifts_empty.json", "drifts_empty.txt", {.width = 80}, write_list},
    {"drift.json", "drift.txt", {.width = 80}, write_one},
    {"drift_unattributed.json", "drift_unattributed.txt", {.width = 80}, write_one},
    {"drift_inferred.json", "drift_inferred.txt", {.width = 80}, write_one},
    {"waivers.json", "waivers.txt", {.width = 80}, write_waivers},
    {"waivers_empty.json", "waivers_empty.txt", {.width = 80}, write_waivers},
};

int main(void)
{
    return golden_main(cases, LENGTH_OF(cases));
}
