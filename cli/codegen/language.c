#include "codegen/language.h"

const struct language *const language_all[] = {
    &language_python, &language_typescript,  &language_go,  &language_rust,
    &language_c,      &language_json_schema, &language_sql, NULL,
};

const struct language *language_find(struct text name)
{
    for (size_t i = 0; language_all[i] != NULL; i++)
        if (text_equal(name, text_from(language_all[i]->name)))
            return language_all[i];
    return NULL;
}

void language_write_names(struct buffer *output)
{
    for (size_t i = 0; language_all[i] != NULL; i++)
        buffer_printf(output, "%s%s", i == 0 ? "" : ", ", language_all[i]->name);
}

static bool has(const char *const *names, struct text name)
{
    for (size_t i = 0; names != NULL && names[i] != NULL; i++)
        if (text_equal(name, text_from(names[i])))
            return true;
    return false;
}

struct language_type language_type_of(const struct language *language, enum code_scalar scalar)
{
    struct language_type row = scalar == CODE_UNKNOWN ? language->unknown : language->types[scalar];

    return row.type == NULL ? (struct language_type){language->text, NULL} : row;
}

bool language_reserves(const struct language *language, struct text name, bool type)
{
    return has(language->reserved, name) || (type && has(language->reserved_types, name));
}

void language_write_format(struct buffer *output, const char *format, struct text text)
{
    const char *at = strchr(format, '@');

    if (at == NULL) {
        buffer_add_string(output, format);
        return;
    }
    buffer_add(output, format, (size_t)(at - format));
    buffer_add_text(output, text);
    buffer_add_string(output, at + 1);
}
