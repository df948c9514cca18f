#include "cli/docs_coverage_text.h"

#include "cli/terminal.h"
#include "drift/report_json_value.h"

static struct docs_counts counted(const struct docs_coverage_request *request)
{
    return docs_coverage_sum(&request->model->coverage, request->kinds);
}

bool docs_coverage_suffices(const struct docs_coverage_request *request)
{
    return docs_coverage_percent(counted(request)) >= request->least;
}

static struct docs_counts of_kind(const struct docs_coverage_request *request, size_t row)
{
    return request->model->coverage.kinds[kind_table[row].kind];
}

static bool counts(const struct docs_coverage_request *request, size_t row)
{
    return (request->kinds >> row & 1) != 0;
}

/* ---------------------------------------------------------------- for people */

static void write_bare(void *context, const struct docs_item *item, const struct part *part)
{
    struct buffer *output = context;

    buffer_printf(output, "%s ", kind_name(part == NULL ? item->kind : part->kind));
    terminal_write(output, item->path);
    if (part != NULL) {
        buffer_add_byte(output, '.');
        terminal_write(output, part->name);
    }
    buffer_add_byte(output, '\n');
}

void docs_coverage_write_text(struct buffer *output, const struct docs_coverage_request *request)
{
    struct docs_counts all = counted(request);

    docs_coverage_bare(&request->model->catalogue, request->kinds, write_bare, output);
    buffer_add_string(output, all.commented < all.total ? "\n" : "");
    for (size_t i = 0; i < kind_table_count; i++) {
        struct docs_counts counts_of_kind = of_kind(request, i);

        if (counts_of_kind.total > 0)
            buffer_printf(output, "%-28s %6u of %6u  %3u %%%s\n", kind_table[i].plural, counts_of_kind.commented,
                          counts_of_kind.total, docs_coverage_percent(counts_of_kind),
                          counts(request, i) ? "" : "  (does not count)");
    }
    buffer_printf(output, "%u of %u have a comment: %u %%", all.commented, all.total, docs_coverage_percent(all));
    if (request->least > 0)
        buffer_printf(output, docs_coverage_suffices(request) ? ", at least %u %% are wanted" : ", %u %% are wanted",
                      request->least);
    buffer_add_byte(output, '\n');
}

/* ---------------------------------------------------------------- for programs */

struct listing {
    struct json_builder *builder;
    json_t *list;
};

static void list_bare(void *context, const struct docs_item *item, const struct part *part)
{
    struct listing *listing = context;
    json_t *json = json_builder_object(listing->builder);

    json_builder_set_string(listing->builder, json, "kind", kind_name(part == NULL ? item->kind : part->kind));
    json_builder_set(listing->builder, json, "object", json_builder_text(listing->builder, item->path));
    if (part != NULL)
        json_builder_set(listing->builder, json, "part", json_builder_text(listing->builder, part->name));
    json_builder_append(listing->builder, listing->list, json);
}

static json_t *numbers(struct json_builder *builder, struct docs_counts counts)
{
    json_t *json = json_builder_object(builder);

    json_builder_set_number(builder, json, "total", counts.total);
    json_builder_set_number(builder, json, "commented", counts.commented);
    json_builder_set_number(builder, json, "percent", docs_coverage_percent(counts));
    return json;
}

enum error_code docs_coverage_write_json(struct buffer *output, const struct docs_coverage_request *request,
                                         struct error *error)
{
    struct json_builder builder = {false};
    json_t *json = json_builder_object(&builder), *kinds = json_builder_object(&builder);
    struct listing listing = {&builder, json_builder_array(&builder)};

    for (size_t i = 0; i < kind_table_count; i++)
        if (of_kind(request, i).total > 0) {
            json_t *kind = numbers(&builder, of_kind(request, i));

            json_builder_set(&builder, kind, "counts", json_boolean(counts(request, i)));
            json_builder_set(&builder, kinds, kind_table[i].name, kind);
        }
    docs_coverage_bare(&request->model->catalogue, request->kinds, list_bare, &listing);
    json_builder_set(&builder, json, "coverage", numbers(&builder, counted(request)));
    json_builder_set_number(&builder, json, "least", request->least);
    json_builder_set(&builder, json, "enough", json_boolean(docs_coverage_suffices(request)));
    json_builder_set(&builder, json, "kinds", kinds);
    json_builder_set(&builder, json, "without_comment", listing.list);
    return json_builder_write(&builder, json, output, error);
}
