#include "docs/docs_site.h"

#include "docs/docs_fact_pages.h"
#include "docs/docs_navigation.h"
#include "docs/docs_object.h"
#include "docs/docs_overview.h"
#include "docs/docs_schema_page.h"

static const char doing[] = "writing documentation";

/* Where finished pages go: files of a tree, or all into one buffer. */
struct site {
    struct page page;
    struct buffer buffer; /* of the page, or of all */
    struct tree *tree;    /* NULL: a single file */
    struct arena *arena;
    struct error *error;
};

/* ---------------------------------------------------------------- pages */

static void begin(struct site *site, struct text path)
{
    site->page.path = path;
    if (site->tree != NULL)
        buffer_reset(&site->buffer);
}

/* Add what was written as a file of the tree; in a single file nothing ends. */
static enum error_code finish_as(struct site *site, const char *folder, enum tree_marks marks)
{
    CLEANUP(buffer_clear) struct buffer path;
    char *copy;

    buffer_init(&path);
    if (buffer_check(&site->buffer, site->error, doing) != ERROR_NONE)
        return site->error->code;
    if (site->tree == NULL)
        return ERROR_NONE;
    buffer_add_string(&path, folder);
    buffer_add_text(&path, site->page.path);
    if (buffer_check(&path, site->error, doing) != ERROR_NONE)
        return site->error->code;
    copy = arena_copy(site->arena, site->buffer.bytes, site->buffer.length);
    if (copy == NULL)
        return arena_error(site->arena, site->error, doing);
    return tree_add(site->tree, buffer_text(&path), (struct text){copy, site->buffer.length}, marks, site->error);
}

static enum error_code finish(struct site *site)
{
    return finish_as(site, "docs/", TREE_MARKS_HTML);
}

/* A page that a function writes with memory of its own. */
typedef enum error_code (*page_writer)(struct page *page, struct arena *scratch, struct error *error);

static enum error_code add_page(struct site *site, struct text path, page_writer write)
{
    CLEANUP(arena_free) struct arena scratch;

    arena_init(&scratch, site->arena->limit);
    begin(site, path);
    if (write(&site->page, &scratch, site->error) != ERROR_NONE)
        return site->error->code;
    return finish(site);
}

static enum error_code add_fact_page(struct site *site, const struct docs_fact_page *facts)
{
    begin(site, text_from(facts->path));
    page_heading(&site->page, 1, facts->title);
    facts->write(&site->page);
    return finish(site);
}

/* ---------------------------------------------------------------- schemas */

static enum error_code add_object(struct site *site, uint32_t number)
{
    const struct docs_item *item = &site->page.model->catalogue.items[number];
    CLEANUP(arena_free) struct arena scratch;

    arena_init(&scratch, site->arena->limit);
    begin(site, item->page);
    if (docs_object_write(&site->page, number, 1, &scratch, site->error) != ERROR_NONE)
        return site->error->code;
    return finish(site);
}

static enum error_code add_collection(struct site *site, const struct docs_schema *schema,
                                      enum docs_collection collection)
{
    CLEANUP(arena_free) struct arena scratch;
    char *path;

    arena_init(&scratch, site->arena->limit);
    if (!docs_collection_has(site->page.model, schema, collection))
        return ERROR_NONE;
    path = arena_printf(site->arena, "%.*s%s", TEXT_ARGS(schema->folder), docs_collections[collection].file);
    if (path == NULL)
        return arena_error(site->arena, site->error, doing);
    begin(site, schema->folder.length == 0 ? schema->page : text_from(path));
    if (docs_collection_write(&site->page, schema, collection, &scratch, site->error) != ERROR_NONE)
        return site->error->code;
    return finish(site);
}

static enum error_code add_schema_page(struct site *site, const struct docs_schema *schema)
{
    CLEANUP(arena_free) struct arena scratch;

    arena_init(&scratch, site->arena->limit);
    begin(site, schema->page);
    if (docs_schema_write(&site->page, schema, &scratch, site->error) != ERROR_NONE)
        return site->error->code;
    return finish(site);
}

static enum error_code add_schema(struct site *site, const struct docs_schema *schema)
{
    const struct docs_catalogue *catalogue = &site->page.model->catalogue;

    if (schema->folder.length == 0)
        return add_collection(site, schema, COLLECTION_OTHERS);
    if (add_schema_page(site, schema) != ERROR_NONE)
        return site->error->code;
    for (uint32_t i = 0; i < schema->item_count; i++)
        if (docs_kind_has_page(catalogue->items[schema->items[i]].kind) &&
            add_object(site, schema->items[i]) != ERROR_NONE)
            return site->error->code;
    for (int i = 0; i < COLLECTION_COUNT; i++)
        if (add_collection(site, schema, (enum docs_collection)i) != ERROR_NONE)
            return site->error->code;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- the whole */

static enum error_code write_comments(struct page *page, struct arena *scratch, struct error *error)
{
    (void)scratch;
    (void)error;
    docs_coverage_write(page);
    return ERROR_NONE;
}

static enum error_code add_all(struct site *site)
{
    const struct docs_model *model = site->page.model;

    if (add_page(site, TEXT("index.md"), docs_overview_write) != ERROR_NONE ||
        add_page(site, TEXT("architecture.md"), docs_architecture_write) != ERROR_NONE)
        return site->error->code;
    for (const struct docs_fact_page *page = docs_fact_pages; page->path != NULL && model->input.facts != NULL; page++)
        if (add_fact_page(site, page) != ERROR_NONE)
            return site->error->code;
    for (uint32_t i = 0; i < model->catalogue.schema_count; i++)
        if (add_schema(site, &model->catalogue.schemas[i]) != ERROR_NONE)
            return site->error->code;
    return add_page(site, TEXT("comments.md"), write_comments);
}

static enum error_code add_frame(struct site *site)
{
    begin(site, TEXT("stylesheets/driftline.css"));
    buffer_add_string(&site->buffer, docs_style);
    if (finish_as(site, "docs/", TREE_MARKS_NONE) != ERROR_NONE)
        return site->error->code;
    begin(site, TEXT("mkdocs.yml"));
    docs_navigation_write(&site->buffer, site->page.model);
    return finish_as(site, "", TREE_MARKS_HASH);
}

enum error_code docs_site_fill(struct tree *tree, const struct docs_model *model, struct arena *arena,
                               struct error *error)
{
    struct site site = {.page = {.model = model}, .tree = tree, .arena = arena, .error = error};
    enum error_code code;

    buffer_init(&site.buffer);
    site.page.output = &site.buffer;
    code = add_all(&site);
    if (code == ERROR_NONE)
        code = add_frame(&site);
    buffer_clear(&site.buffer);
    return code;
}

enum error_code docs_markdown_write(struct buffer *output, const struct docs_model *model, struct arena *arena,
                                    struct error *error)
{
    struct site site = {.page = {.model = model, .single = true}, .arena = arena, .error = error};
    enum error_code code;

    buffer_init(&site.buffer);
    site.page.output = &site.buffer;
    code = add_all(&site);
    if (code == ERROR_NONE) {
        buffer_add_text(output, buffer_text(&site.buffer));
        code = buffer_check(output, error, doing);
    }
    buffer_clear(&site.buffer);
    return code;
}
