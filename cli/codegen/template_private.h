/* codegen/template_private.h - a template that was taken apart; for template.c and template_render.c only. */
#ifndef DRIFTLINE_CODEGEN_TEMPLATE_PRIVATE_H
#define DRIFTLINE_CODEGEN_TEMPLATE_PRIVATE_H

#include "codegen/template.h"

enum template_kind { TEMPLATE_TEXT, TEMPLATE_VALUE, TEMPLATE_SECTION, TEMPLATE_INVERTED };

struct template_node {
    enum template_kind kind;
    unsigned line;
    struct text text; /* itself, or a name */
    const struct filter *filter;
    struct text indent; /* what the line begins with */
    struct template_node *children;
    struct template_node *next;
};

struct template
{
    const char *name;
    const struct language *language;
    struct template_node *nodes;
};

/* Put the place in front of the message that was just set. */
enum error_code template_fail(const struct template *template, unsigned line, struct error *error);

#endif
