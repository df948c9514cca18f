#include "cli/change_text.h"
#include "cli/moment.h"
#include "cli/summary.h"
#include "cli/verify.h"
#include "drift/report_display.h"
#include "drift/severity.h"

enum { INDENT = 2 };

static enum tint verdict_tint(unsigned verdict)
{
    static const enum tint tint[] = {
        [VERDICT_IN_SYNC] = TINT_GOOD, [VERDICT_DRIFTED] = TINT_BAD, [VERDICT_UNKNOWN] = TINT_DOUBT};

    return tint[verdict];
}

static void write_rest(struct buffer *buffer, const struct answer_verify *verify)
{
    if (verify->unknown_reason.length > 0) {
        buffer_add_string(buffer, ", ");
        display_text(buffer, verify->unknown_reason);
    }
    if (verify->changes.count > 0) {
        buffer_printf(buffer, ", %zu change%s", verify->changes.count, verify->changes.count == 1 ? "" : "s");
        if (verify->summary != NULL) {
            buffer_add_string(buffer, ": ");
            summary_write(buffer, verify->summary);
        }
    }
}

void verify_write_state(struct buffer *buffer, const struct answer_verify *verify)
{
    buffer_add_string(buffer, verdict_name((enum verdict)verify->verdict));
    write_rest(buffer, verify);
}

static void write_root(struct buffer *output, const struct answer_verify *verify)
{
    buffer_add_string(output, "root ");
    display_text(output, verify->root);
    if (verify->pinned == NULL) {
        buffer_add_string(output, "\nno run of the gate approved it\n");
        return;
    }
    buffer_printf(output, "\napproved in run %lld, ", (long long)verify->pinned->run);
    moment_write(output, verify->pinned->at);
    if (verify->pinned->by.length > 0) {
        buffer_add_string(output, ", by ");
        display_text(output, verify->pinned->by);
    }
    buffer_add_byte(output, '\n');
}

static void add_instance(struct table *table, const struct answer_verify_instance *instance)
{
    struct buffer text;

    buffer_init(&text);
    table_add_foreign(table, TINT_STRONG, instance->instance);
    table_add(table, verdict_tint(instance->verdict), text_from(verdict_name((enum verdict)instance->verdict)));
    display_text(&text, instance->unknown_reason);
    if (instance->changes > 0)
        buffer_printf(&text, "%s%lld change%s", text.length > 0 ? ", " : "", (long long)instance->changes,
                      instance->changes == 1 ? "" : "s");
    table_add_buffer(table, TINT_NONE, &text);
}

static void write_instances(struct buffer *output, const struct answer_verify *verify, const struct table_style *style,
                            struct arena *arena)
{
    const struct answer_verify_instance *instances = verify->instances.items;
    struct table table;

    if (verify->instances.count < 2)
        return;
    buffer_add_byte(output, '\n');
    table_init(&table, arena, 3);
    for (size_t i = 0; i < verify->instances.count; i++)
        add_instance(&table, &instances[i]);
    table_write(output, &table, style, INDENT);
}

static void add_change(struct table *table, const struct answer_verify_change *change)
{
    const struct change_view view = {.effect = change->effect,
                                     .kind = change->kind,
                                     .object = change->object,
                                     .renamed_from = change->renamed_from,
                                     .aspect = change->aspect,
                                     .attributes = change->attributes};
    struct buffer text;

    buffer_init(&text);
    table_add(table, change_tint(change->severity), text_from(severity_name((enum severity)change->severity)));
    change_write_line(&text, &view);
    table_add_buffer(table, TINT_NONE, &text);
}

static void write_changes(struct buffer *output, const struct answer_verify *verify, const struct table_style *style,
                          struct arena *arena)
{
    const struct answer_verify_change *changes = verify->changes.items;
    struct table table;

    if (verify->changes.count == 0)
        return;
    buffer_add_string(output, "\nwhat would have to change");
    if (verify->instances.count > 1 && verify->changes_of.length > 0) {
        buffer_add_string(output, " in ");
        display_text(output, verify->changes_of);
    }
    buffer_add_string(output, ":\n");
    table_init(&table, arena, 2);
    for (size_t i = 0; i < verify->changes.count; i++)
        add_change(&table, &changes[i]);
    table_write(output, &table, style, INDENT);
}

void verify_write(struct buffer *output, const struct answer_verify *verify, const struct table_style *style,
                  struct arena *arena, int64_t now)
{
    tint_begin(output, TINT_STRONG, style);
    display_text(output, verify->target);
    tint_end(output, TINT_STRONG, style);
    buffer_add_string(output, ": ");
    tint_begin(output, verdict_tint(verify->verdict), style);
    buffer_add_string(output, verdict_name((enum verdict)verify->verdict));
    tint_end(output, verdict_tint(verify->verdict), style);
    write_rest(output, verify);
    if (verify->checked_at != 0) {
        buffer_add_string(output, ", checked ");
        moment_write_age(output, verify->checked_at, now);
        buffer_add_string(output, " ago");
    }
    buffer_add_byte(output, '\n');
    write_root(output, verify);
    write_instances(output, verify, style, arena);
    write_changes(output, verify, style, arena);
}
