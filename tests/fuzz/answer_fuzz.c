/* Any bytes as the answer of a collector: what is accepted is written for people as text that is UTF-8 and has no
 * control character but line ends, whatever names and reasons it has; what is refused has a reason. */
#include <stdlib.h>

#include "cli/answer.h"
#include "cli/contracts_text.h"
#include "cli/drift_text.h"
#include "cli/event_line.h"
#include "cli/fleet.h"
#include "cli/gate_report.h"
#include "cli/history.h"
#include "cli/listing.h"
#include "cli/notify_text.h"
#include "cli/spread.h"
#include "cli/statements_text.h"
#include "cli/verify.h"
#include "fuzz.h"

enum { MEMORY_LIMIT = 256 * 1024 * 1024 };

static const int64_t now = INT64_C(1795255200000000);
static const struct table_style styles[] = {{.width = 80}, {.width = 0}};

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* Write what was read of a shape, in one of the styles. */
typedef void (*writer)(struct buffer *output, const void *values, const struct table_style *style, struct arena *arena);

static void write_fleet(struct buffer *output, const void *values, const struct table_style *style, struct arena *arena)
{
    fleet_write(output, values, style, arena);
}

static void write_history(struct buffer *output, const void *values, const struct table_style *style,
                          struct arena *arena)
{
    struct error error = {0};

    require(history_write(output, values, style, arena, &error) == ERROR_NONE);
}

static void write_statements(struct buffer *output, const void *values, const struct table_style *style,
                             struct arena *arena)
{
    (void)arena;
    statements_write(output, values, style);
}

static void write_agents(struct buffer *output, const void *values, const struct table_style *style,
                         struct arena *arena)
{
    listing_write_agents(output, values, style, arena, now);
}

static void write_targets(struct buffer *output, const void *values, const struct table_style *style,
                          struct arena *arena)
{
    listing_write_targets(output, values, style, arena, now);
}

static void write_snapshots(struct buffer *output, const void *values, const struct table_style *style,
                            struct arena *arena)
{
    listing_write_snapshots(output, values, style, arena);
}

static void write_drifts(struct buffer *output, const void *values, const struct table_style *style,
                         struct arena *arena)
{
    drift_write_list(output, values, style, arena, now);
}

static void write_drift(struct buffer *output, const void *values, const struct table_style *style, struct arena *arena)
{
    drift_write_one(output, values, style, arena, now);
}

static void write_waivers(struct buffer *output, const void *values, const struct table_style *style,
                          struct arena *arena)
{
    drift_write_waivers(output, values, style, arena, now);
}

/* In all formats, one after the other. */
static void write_gate(struct buffer *output, const void *values, const struct table_style *style, struct arena *arena)
{
    gate_write_text(output, values, style, arena);
    gate_write_markdown(output, values);
    gate_write_junit(output, values);
    gate_write_github(output, values);
}

static void write_runs(struct buffer *output, const void *values, const struct table_style *style, struct arena *arena)
{
    gate_write_runs(output, values, style, arena);
}

static void write_verify(struct buffer *output, const void *values, const struct table_style *style,
                         struct arena *arena)
{
    verify_write(output, values, style, arena, now);
}

static void write_spread(struct buffer *output, const void *values, const struct table_style *style,
                         struct arena *arena)
{
    spread_write(output, values, style, arena);
}

static void write_contracts(struct buffer *output, const void *values, const struct table_style *style,
                            struct arena *arena)
{
    contracts_write_list(output, values, style, arena, now);
}

static void write_notify(struct buffer *output, const void *values, const struct table_style *style,
                         struct arena *arena)
{
    notify_write_list(output, values, style, arena, now);
}

static void write_deliveries(struct buffer *output, const void *values, const struct table_style *style,
                             struct arena *arena)
{
    notify_write_deliveries(output, values, "none", style, arena, now);
}

static void write_delivery(struct buffer *output, const void *values, const struct table_style *style,
                           struct arena *arena)
{
    (void)arena;
    notify_write_delivery(output, values, style, now);
}

static const struct {
    const struct shape *shape;
    writer write;
} answers[] = {
    {&answer_fleet_shape, write_fleet},
    {&answer_history_shape, write_history},
    {&answer_agents_shape, write_agents},
    {&answer_targets_shape, write_targets},
    {&answer_snapshots_shape, write_snapshots},
    {&answer_drifts_shape, write_drifts},
    {&answer_drift_shape, write_drift},
    {&answer_waivers_shape, write_waivers},
    {&answer_gate_shape, write_gate},
    {&answer_gate_runs_shape, write_runs},
    {&answer_verify_shape, write_verify},
    {&answer_spread_shape, write_spread},
    {&answer_contracts_shape, write_contracts},
    {&answer_notify_shape, write_notify},
    {&answer_deliveries_shape, write_deliveries},
    {&answer_delivery_shape, write_delivery},
    {&answer_statements_shape, write_statements},
};

static void require_harmless(const struct buffer *output)
{
    require(!output->failed && output->length > 0);
    require(text_is_utf8(buffer_text(output)));
    for (size_t i = 0; i < output->length; i++)
        require((uint8_t)output->bytes[i] >= 0x20 ? output->bytes[i] != 0x7f : output->bytes[i] == '\n');
    require(output->bytes[output->length - 1] == '\n');
}

static void read_as(size_t number, const json_t *document)
{
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};
    void *values;

    arena_init(&arena, MEMORY_LIMIT);
    values = arena_alloc(&arena, answers[number].shape->size);
    require(values != NULL);
    if (shape_read(answers[number].shape, document, values, &arena, &error) != ERROR_NONE) {
        require(error.code == ERROR_PROTOCOL && error.message[0] != '\0');
        return;
    }
    for (size_t i = 0; i < LENGTH_OF(styles); i++) {
        CLEANUP(buffer_clear) struct buffer output;

        buffer_init(&output);
        answers[number].write(&output, values, &styles[i], &arena);
        require_harmless(&output);
    }
}

/* Whatever it is, as if it were an event. */
static void write_as_event(const json_t *document)
{
    CLEANUP(buffer_clear) struct buffer output = {0};

    event_line_write(&output, document, &styles[0]);
    require_harmless(&output);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct error error = {0};
    json_t *document = NULL;

    if (answer_parse(&document, (struct text){(const char *)bytes, length}, &error) != ERROR_NONE) {
        require(error.code == ERROR_PROTOCOL && error.message[0] != '\0');
        return 0;
    }
    for (size_t i = 0; i < LENGTH_OF(answers); i++)
        read_as(i, document);
    write_as_event(document);
    json_decref(document);
    return 0;
}
