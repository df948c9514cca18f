#include "cli/listing.h"

#include "cli/golden.h"

static const int64_t now = INT64_C(1795255200000000); /* 2026-11-21T10:00:00Z */

static enum error_code write_agents(struct buffer *output, const json_t *document, const struct table_style *style,
                                    struct arena *arena, struct error *error)
{
    struct answer_agents agents = {{0}};

    if (shape_read(&answer_agents_shape, document, &agents, arena, error) != ERROR_NONE)
        return error->code;
    listing_write_agents(output, &agents, style, arena, now);
    return buffer_check(output, error, "writing agents");
}

static enum error_code write_targets(struct buffer *output, const json_t *document, const struct table_style *style,
                                     struct arena *arena, struct error *error)
{
    struct answer_targets targets = {{0}};

    if (shape_read(&answer_targets_shape, document, &targets, arena, error) != ERROR_NONE)
        return error->code;
    listing_write_targets(output, &targets, style, arena, now);
    return buffer_check(output, error, "writing targets");
}

static enum error_code write_snapshots(struct buffer *output, const json_t *document, const struct table_style *style,
                                       struct arena *arena, struct error *error)
{
    struct answer_snapshots snapshots = {{0}, 0};

    if (shape_read(&answer_snapshots_shape, document, &snapshots, arena, error) != ERROR_NONE)
        return error->code;
    listing_write_snapshots(output, &snapshots, style, arena);
    return buffer_check(output, error, "writing snapshots");
}

static const struct golden_case cases[] = {
    {"agents.json", "agents.txt", {.width = 80}, write_agents},
    {"agents.json", "agents_colour.txt", {.colour = true, .width = 0}, write_agents},
    {"agents_empty.json", "agents_empty.txt", {.width = 80}, write_agents},
    {"targets.json", "targets.txt", {.width = 100}, write_targets},
    {"targets_empty.json", "targets_empty.txt", {.width = 80}, write_targets},
    {"snapshots.json", "snapshots.txt", {.width = 100}, write_snapshots},
    {"snapshots_empty.json", "snapshots_empty.txt", {.width = 80}, write_snapshots},
};

int main(void)
{
    return golden_main(cases, LENGTH_OF(cases));
}
