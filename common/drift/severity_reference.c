#include "drift/severity_reference.h"

#include "drift/rule_table.h"
#include "drift/severity.h"

static void write_kinds(struct buffer *output, kind_set kinds)
{
    unsigned written = 0;

    if (kinds == rule_any_kind) {
        buffer_add_string(output, "anything");
        return;
    }
    for (size_t i = 0; i < kind_table_count; i++)
        if ((kinds & kind_bit(kind_table[i].kind)) != 0)
            buffer_printf(output, "%s%s", written++ > 0 ? ", " : "", kind_table[i].name);
}

static void write_effects(struct buffer *output, effect_set effects)
{
    unsigned written = 0;

    for (unsigned effect = EFFECT_ADDED; effect <= EFFECT_RENAMED; effect++)
        if ((effects & effect_bit((enum effect)effect)) != 0)
            buffer_printf(output, "%s%s", written++ > 0 ? "/" : "", effect_name((enum effect)effect));
}

static void write_case(struct buffer *output, const struct rule_row *row)
{
    if (row->attribute != NULL && row->attribute != rule_any_attribute) {
        buffer_printf(output, "`%s` of ", row->attribute);
        write_kinds(output, row->kinds);
    } else if (row->attribute != NULL) {
        buffer_add_string(output, "other attributes of ");
        write_kinds(output, row->kinds);
    } else {
        write_kinds(output, row->kinds);
        buffer_add_byte(output, ' ');
        write_effects(output, row->effects);
    }
    if (row->condition != NULL)
        buffer_add_string(output, " (if so)");
}

/* The cases of the rule whose row is at `row`. */
static void write_cases(struct buffer *output, size_t row)
{
    for (size_t i = row + 1; i < rule_row_count && rule_rows[i].is_case; i++) {
        if (i > row + 1)
            buffer_add_string(output, "<br>");
        write_case(output, &rule_rows[i]);
    }
}

static void write_level(struct buffer *output, enum severity level)
{
    size_t rule = 0;

    buffer_printf(output, "\n## %s\n\n| rule | what changed | whom it may break | holds for |\n|---|---|---|---|\n",
                  severity_name(level));
    for (size_t row = 0; row < rule_row_count; row++) {
        if (rule_rows[row].is_case)
            continue;
        if (severity_rules[rule].level == level) {
            buffer_printf(output, "| `%s` | %s | %s | ", severity_rules[rule].id, severity_rules[rule].summary,
                          severity_rules[rule].why);
            write_cases(output, row);
            buffer_add_string(output, " |\n");
        }
        rule++;
    }
}

void severity_reference_write(struct buffer *output)
{
    buffer_add_string(
        output,
        "# Severity\n"
        "\n"
        "<!-- Written from common/drift/rules.def by the target `docs`; changes belong there. -->\n"
        "\n"
        "Every change has one of four levels: `critical`, `high`, `medium`, `low`. A table of rules decides. Each "
        "changed\n"
        "attribute asks the rules that name it; only if none holds, those for other attributes of its kind; and only "
        "if\n"
        "there is none either, those for anything. What is added, removed or renamed asks the rules for that, and a\n"
        "renamed part with other attributes asks for these too. The highest level found decides; among equals the "
        "rule\n"
        "that stands first in the table. The rule's id is in every report and never changes its meaning.\n"
        "\n"
        "\"If so\" in the last column means that the rule also looks at the values: whether what the second column "
        "says is\n"
        "so.\n"
        "\n"
        "## How types are compared\n"
        "\n"
        "A type is *widened* when every old value is a value of the new type, else *narrowed*; a type of another "
        "family\n"
        "holds values that must be converted, or cannot be. The families:\n"
        "\n"
        "| family | from narrow to wide |\n"
        "|---|---|\n"
        "| exact numbers | `smallint`, `integer`, `bigint`, `numeric`; `numeric(p,s)` by digits before the point and "
        "after it |\n"
        "| floating point | `real`, `double precision` |\n"
        "| text | `character(n)`, `character varying(n)`, `text` by length; fixed length is narrower, for blanks at "
        "the end; `varchar` is narrower than `nvarchar`, for letters that its code page lacks |\n"
        "| bits | `bit(n)`, `bit varying(n)` by length |\n"
        "| times | `time(p)`, `timestamp(p)`, each with and without time zone a family of its own, by precision |\n"
        "| intervals | `interval(p)` by precision; all fields are wider than some |\n"
        "| bytes | `binary(n)`, `varbinary(n)`, `bytea`, `blob` by length |\n"
        "| arrays | of two types of one family, as these |\n"
        "\n"
        "Every other type, such as an enum or a domain, is a family of its own. The names of SQLite and of "
        "declarations\n"
        "(`INT`, `VARCHAR`, `CLOB`, `DOUBLE` …) count as the type they stand for.\n"
        "\n"
        "## What privileges give\n"
        "\n"
        "`grants` lists what was given beyond the server's defaults, `revoked` which of these were taken away, "
        "`denied`\n"
        "(SQL Server) what somebody may not, whoever grants it. Somebody\n"
        "gains a privilege when an item appears in `grants` or vanishes from `revoked`, and loses one the other way "
        "round;\n"
        "the right to grant it further counts as more of the same. Who granted it only decides who can take it "
        "back.\n");
    for (unsigned level = SEVERITY_COUNT; level-- > 0;)
        write_level(output, (enum severity)level);
}
