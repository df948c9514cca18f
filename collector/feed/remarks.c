#include "feed/remarks.h"

#include <stdio.h>

#include "base/reference.h"

enum { NAMES_SHOWN = 8 };

static const char doing[] = "writing remarks";

static enum error_code add(struct remarks *remarks, const char *line, struct error *error)
{
    const char *text = line;

    if (line != NULL && remarks->text != NULL)
        text = arena_printf(remarks->arena, "%s\n%s", remarks->text, line);
    if (text == NULL)
        return arena_error(remarks->arena, error, doing);
    remarks->text = text;
    return ERROR_NONE;
}

/* `eu-3, eu-4 and 7 more` */
static void write_names(struct buffer *line, const struct fleet_environment *environment, uint32_t outliers)
{
    uint32_t shown = 0;

    for (uint32_t i = 0; i < environment->variant_count; i++) {
        const struct fleet_variant *variant = &environment->variants[i];

        for (uint32_t k = 0; !variant->majority && k < variant->count && shown < NAMES_SHOWN; k++, shown++)
            buffer_printf(line, "%s%.*s", shown == 0 ? "" : ", ",
                          TEXT_ARGS(variant->instances[k]->target.name.instance));
    }
    if (outliers > shown)
        buffer_printf(line, " and %u more", outliers - shown);
}

enum error_code remarks_about_outliers(struct remarks *remarks, const char *reference,
                                       const struct fleet_environment *environment, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer line = {0};
    uint32_t outliers = 0;

    for (uint32_t i = 0; i < environment->variant_count; i++)
        if (!environment->variants[i].majority)
            outliers += environment->variants[i].count;
    if (outliers == 0 || !environment->has_majority)
        return ERROR_NONE;
    buffer_printf(&line, "%s: %u of %u instances %s not as the majority: ", reference, outliers,
                  environment->instance_count, outliers == 1 ? "is" : "are");
    write_names(&line, environment, outliers);
    if (buffer_check(&line, error, doing) != ERROR_NONE)
        return error->code;
    return add(remarks, arena_string(remarks->arena, buffer_text(&line)), error);
}

static enum error_code add_unknown(struct remarks *remarks, const char *reference, enum verdict verdict,
                                   struct text unknown, struct error *error)
{
    if (verdict != VERDICT_UNKNOWN)
        return ERROR_NONE;
    return add(remarks, arena_printf(remarks->arena, "%s: %.*s", reference, TEXT_ARGS(unknown)), error);
}

static enum error_code about_part(struct remarks *remarks, const char *name, const struct reference *reference,
                                  const struct fleet_environment *environment, struct error *error)
{
    if (reference->instance.length == 0) {
        if (add_unknown(remarks, name, environment->verdict, environment->unknown, error) != ERROR_NONE)
            return error->code;
        return remarks_about_outliers(remarks, name, environment, error);
    }
    for (uint32_t i = 0; i < environment->instance_count; i++) {
        const struct fleet_instance *instance = &environment->instances[i];

        if (text_equal(instance->target.name.instance, reference->instance))
            return add_unknown(remarks, name, instance->verdict, instance->unknown, error);
    }
    return ERROR_NONE;
}

enum error_code remarks_about_reference(struct remarks *remarks, const struct request *request, struct text text,
                                        struct error *error)
{
    const char *name = arena_string(request->arena, text);
    struct error ignored = {0};
    struct reference reference;
    struct fleet fleet;

    if (name == NULL)
        return arena_error(request->arena, error, doing);
    if (reference_parse(&reference, text, &ignored) != ERROR_NONE || reference.moment != REFERENCE_NEWEST)
        return ERROR_NONE;
    if (fleet_look(&fleet, request->database, request_fleet(request), request->cache, reference.database,
                   request->arena, error) != ERROR_NONE)
        return error->code;
    for (uint32_t i = 0; fleet.database_count > 0 && i < fleet.databases->environment_count; i++)
        if (text_equal(fleet.databases->environments[i].name, reference.environment))
            return about_part(remarks, name, &reference, &fleet.databases->environments[i], error);
    return ERROR_NONE;
}

enum error_code remarks_add_header(const struct remarks *remarks, struct answer *answer, struct error *error)
{
    if (remarks->text == NULL)
        return ERROR_NONE;
    return answer_add_text_header(answer, "Driftline-Note", text_from(remarks->text), remarks->arena, error);
}
