/* Writes docs/reference/codegen-types.md from the tables of languages. */
#include <stdio.h>
#include <stdlib.h>

#include "codegen/language.h"

static void write_type(struct buffer *page, const char *type)
{
    buffer_add_string(page, " `");
    for (; *type != '\0'; type++)
        buffer_printf(page, *type == '|' ? "\\%c" : "%c", *type);
    buffer_add_string(page, "` |");
}

static void write_head(struct buffer *page)
{
    buffer_add_string(page, "# Types of generated code\n\nWritten from the tables of `cli/codegen` by the build. What "
                            "each type of an engine is, before any language comes into\nit, follows from [the families "
                            "of types](type-families.md).\n\n| |");
    for (size_t i = 0; language_all[i] != NULL; i++)
        if (language_all[i]->files != NULL)
            buffer_printf(page, " %s |", language_all[i]->title);
    buffer_add_string(page, "\n|---|");
    for (size_t i = 0; language_all[i] != NULL; i++)
        if (language_all[i]->files != NULL)
            buffer_add_string(page, "---|");
    buffer_add_byte(page, '\n');
}

static void write_row(struct buffer *page, const char *name, enum code_scalar scalar)
{
    buffer_printf(page, "| %s |", name);
    for (size_t i = 0; language_all[i] != NULL; i++)
        if (language_all[i]->files != NULL)
            write_type(page, language_type_of(language_all[i], scalar).type);
    buffer_add_byte(page, '\n');
}

static void write_formats(struct buffer *page, const char *name, size_t offset)
{
    buffer_printf(page, "| %s |", name);
    for (size_t i = 0; language_all[i] != NULL; i++)
        if (language_all[i]->files != NULL)
            write_type(page, *(const char *const *)((const char *)language_all[i] + offset));
    buffer_add_byte(page, '\n');
}

int main(void)
{
    struct buffer page;

    buffer_init(&page);
    write_head(&page);
    for (unsigned scalar = CODE_UNKNOWN + 1; scalar < CODE_SCALAR_COUNT; scalar++)
        write_row(&page, code_scalar_name((enum code_scalar)scalar), (enum code_scalar)scalar);
    write_row(&page, "anything else", CODE_UNKNOWN);
    write_formats(&page, "array of @", offsetof(struct language, array));
    write_formats(&page, "range of @", offsetof(struct language, range));
    write_formats(&page, "@ that may be NULL", offsetof(struct language, nullable));
    if (page.failed || fwrite(page.bytes, 1, page.length, stdout) != page.length)
        return EXIT_FAILURE;
    buffer_clear(&page);
    return EXIT_SUCCESS;
}
