#include "publish/publish_entry.h"

enum { TEXT_LIMIT = 4096, LIST_LIMIT = 1000 };

#define TEXT_KEY(type, member)                                                                                         \
    CYAML_FIELD_STRING_PTR(#member, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct type, member, 1, TEXT_LIMIT)
#define NEEDED_KEY(type, member) CYAML_FIELD_STRING_PTR(#member, CYAML_FLAG_POINTER, struct type, member, 1, TEXT_LIMIT)
#define LIST_KEY(type, member, entry)                                                                                  \
    CYAML_FIELD_SEQUENCE(#member, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct type, member, entry, 0, LIST_LIMIT)
#define MAPPING_KEY(member, fields)                                                                                    \
    CYAML_FIELD_MAPPING(#member, CYAML_FLAG_OPTIONAL, struct publish_entry, member, fields)

static const cyaml_schema_value_t word_schema = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, TEXT_LIMIT)};

static const cyaml_schema_field_t copy_fields[] = {
    NEEDED_KEY(publish_entry_copy, from),
    NEEDED_KEY(publish_entry_copy, to),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t copy_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct publish_entry_copy, copy_fields)};

static const cyaml_schema_field_t app_fields[] = {
    NEEDED_KEY(publish_entry_app, id),
    NEEDED_KEY(publish_entry_app, installation),
    NEEDED_KEY(publish_entry_app, key),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t author_fields[] = {
    NEEDED_KEY(publish_entry_author, name),
    NEEDED_KEY(publish_entry_author, email),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t comment_fields[] = {
    CYAML_FIELD_SEQUENCE("paths", CYAML_FLAG_POINTER, struct publish_entry_comment, paths, &word_schema, 1, LIST_LIMIT),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t fields[] = {
    NEEDED_KEY(publish_entry, name),
    TEXT_KEY(publish_entry, host),
    TEXT_KEY(publish_entry, url),
    NEEDED_KEY(publish_entry, repository),
    TEXT_KEY(publish_entry, base),
    TEXT_KEY(publish_entry, branch),
    TEXT_KEY(publish_entry, token),
    MAPPING_KEY(app, app_fields),
    LIST_KEY(publish_entry, content, &word_schema),
    LIST_KEY(publish_entry, copy, &copy_schema),
    TEXT_KEY(publish_entry, title),
    LIST_KEY(publish_entry, labels, &word_schema),
    LIST_KEY(publish_entry, reviewers, &word_schema),
    LIST_KEY(publish_entry, team_reviewers, &word_schema),
    TEXT_KEY(publish_entry, draft),
    MAPPING_KEY(comment, comment_fields),
    MAPPING_KEY(author, author_fields),
    TEXT_KEY(publish_entry, timeout),
    TEXT_KEY(publish_entry, ca),
    TEXT_KEY(publish_entry, allow_private),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t publish_entry_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct publish_entry, fields),
};
