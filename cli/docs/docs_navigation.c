#include "docs/docs_navigation.h"

#include "docs/docs_fact_pages.h"
#include "docs/docs_markdown.h"
#include "docs/docs_schema_page.h"

const char docs_style[] = ".dl-badge {\n"
                          "  border-radius: 0.6rem;\n"
                          "  font-size: 0.6rem;\n"
                          "  font-weight: 700;\n"
                          "  padding: 0.1rem 0.4rem;\n"
                          "  white-space: nowrap;\n"
                          "}\n"
                          ".dl-fine { background: #d7f0dd; color: #14532d; }\n"
                          ".dl-warn { background: #fdeac4; color: #6b3f00; }\n"
                          ".dl-bad { background: #fbd5d5; color: #7f1d1d; }\n"
                          ".dl-unknown { background: #e2e4ea; color: #333a4d; }\n"
                          ".dl-plain { background: #e3eafc; color: #1e3a8a; }\n"
                          ".md-grid { max-width: 78rem; }\n"
                          ".md-typeset table:not([class]) { font-size: 0.66rem; }\n"
                          ".md-typeset table:not([class]) th { min-width: 0; padding: 0.6em 0.8em; }\n"
                          ".md-typeset table:not([class]) td { padding: 0.45em 0.8em; }\n"
                          ".md-typeset table:not([class]) td code { word-break: normal; }\n"
                          ".md-typeset table:not([class]) thead:not(:has(th:not(:empty))) { display: none; }\n";

static const char head[] = "theme:\n"
                           "  name: material\n"
                           "  font: false\n"
                           "  palette:\n"
                           "    - scheme: default\n"
                           "      primary: indigo\n"
                           "      toggle:\n"
                           "        icon: material/weather-night\n"
                           "        name: Dark\n"
                           "    - scheme: slate\n"
                           "      primary: indigo\n"
                           "      toggle:\n"
                           "        icon: material/weather-sunny\n"
                           "        name: Light\n"
                           "  features:\n"
                           "    - navigation.indexes\n"
                           "    - navigation.top\n"
                           "    - search.highlight\n"
                           "use_directory_urls: false\n"
                           "plugins:\n"
                           "  - search\n"
                           "extra_css:\n"
                           "  - stylesheets/driftline.css\n"
                           "markdown_extensions:\n"
                           "  - admonition\n"
                           "  - tables\n"
                           "  - toc:\n"
                           "      toc_depth: 3\n"
                           "  - pymdownx.highlight:\n"
                           "      anchor_linenums: false\n"
                           "  - pymdownx.superfences:\n"
                           "      custom_fences:\n"
                           "        - name: mermaid\n"
                           "          class: mermaid\n"
                           "          format: !!python/name:pymdownx.superfences.fence_code_format\n"
                           "nav:\n"
                           "  - Overview: index.md\n"
                           "  - Architecture: architecture.md\n";

static bool has_room(const struct docs_catalogue *catalogue)
{
    uint32_t pages = 0;

    for (uint32_t i = 0; i < catalogue->item_count; i++)
        pages += docs_kind_has_page(catalogue->items[i].kind);
    return pages <= NAVIGATION_LIMIT;
}

/* Objects of a schema below the plural of their kind. */
static void write_objects(struct buffer *output, const struct docs_catalogue *catalogue,
                          const struct docs_schema *schema)
{
    enum kind last = KIND_NONE;

    for (uint32_t i = 0; i < schema->item_count; i++) {
        const struct docs_item *item = &catalogue->items[schema->items[i]];

        if (!docs_kind_has_page(item->kind))
            continue;
        if (item->kind != last) {
            buffer_add_string(output, "        - ");
            yaml_title(output, text_from(kind_facts(item->kind)->plural));
            buffer_add_string(output, ":\n");
        }
        last = item->kind;
        buffer_add_string(output, "            - ");
        yaml_title(output, item->name);
        buffer_add_string(output, ": ");
        buffer_add_text(output, item->page);
        buffer_add_byte(output, '\n');
    }
}

static void write_schema(struct buffer *output, const struct docs_model *model, const struct docs_schema *schema,
                         bool objects)
{
    if (schema->folder.length == 0) {
        buffer_add_string(output, "    - In no schema: database.md\n");
        return;
    }
    buffer_add_string(output, "    - ");
    yaml_title(output, schema->name);
    buffer_add_string(output, ":\n        - ");
    buffer_add_text(output, schema->folder);
    buffer_add_string(output, "index.md\n");
    if (objects)
        write_objects(output, &model->catalogue, schema);
    for (int i = 0; i < COLLECTION_COUNT; i++) {
        if (!docs_collection_has(model, schema, (enum docs_collection)i))
            continue;
        buffer_printf(output, "        - %s: ", docs_collections[i].title);
        buffer_add_text(output, schema->folder);
        buffer_printf(output, "%s\n", docs_collections[i].file);
    }
}

void docs_navigation_write(struct buffer *output, const struct docs_model *model)
{
    bool objects = has_room(&model->catalogue);

    buffer_add_string(output, "site_name: ");
    yaml_title(output, model->input.title);
    buffer_add_byte(output, '\n');
    buffer_add_string(output, head);
    if (model->input.facts != NULL) {
        buffer_add_string(output, "  - Operation:\n");
        for (const struct docs_fact_page *page = docs_fact_pages; page->path != NULL; page++)
            buffer_printf(output, "    - %s: %s\n", page->title, page->path);
    }
    if (model->catalogue.schema_count > 0)
        buffer_add_string(output, "  - Schemas:\n");
    for (uint32_t i = 0; i < model->catalogue.schema_count; i++)
        write_schema(output, model, docs_schema_in_order(&model->catalogue, i), objects);
    buffer_add_string(output, "  - Comments: comments.md\n");
}
