/* What the configuration says of the gate: how fresh, what blocks, and when nothing is promoted. */
#include <stdio.h>

#include "collector/settings_reading.h"

#define HOUR_US INT64_C(3600000000)

static enum error_code read_freeze(const struct settings_reading *reading, struct freeze *freezes, unsigned number)
{
    const struct file_freeze *from = &settings_content(reading)->gate.freezes[number];
    struct settings_window window = {.reading = reading, .what = "freeze", .from = from, .to = &freezes[number]};

    snprintf(window.key, sizeof window.key, "gate.freezes.%u", number);
    if (settings_text(reading, from->name, &window.to->name) != ERROR_NONE ||
        settings_text(reading, from->reason, &window.to->reason) != ERROR_NONE)
        return reading->error->code;
    for (unsigned i = 0; i < number; i++)
        if (text_equal(freezes[i].name, window.to->name)) {
            error_set(reading->error, ERROR_CONFIG, "two freezes have this name");
            error_hint(reading->error, "a freeze is known by its name");
            return settings_blame(reading, "%s.name", window.key);
        }
    return settings_read_window(&window);
}

enum error_code settings_make_gate(const struct settings_reading *reading)
{
    const struct collector_settings *settings = reading->settings;
    struct policy_gate *gate = &reading->settings->policy.gate;
    unsigned count = settings_content(reading)->gate.freezes_count;
    struct freeze *freezes = arena_array(reading->arena, count, sizeof *freezes);

    if (freezes == NULL)
        return settings_no_memory(reading);
    *gate = (struct policy_gate){
        .max_age_us = (int64_t)settings->gate_max_age_ms * 1000,
        .block =
            settings->gate_block == 0 ? 1U << SEVERITY_CRITICAL | 1U << SEVERITY_HIGH : (uint32_t)settings->gate_block,
        .allow_outliers = settings->gate_allow_outliers,
        .waiver_longest_us = (int64_t)settings->gate_waiver_days * 24 * HOUR_US,
        .freezes = freezes,
        .freeze_count = count,
    };
    for (unsigned i = 0; i < count; i++)
        if (read_freeze(reading, freezes, i) != ERROR_NONE)
            return reading->error->code;
    return ERROR_NONE;
}
