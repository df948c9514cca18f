#include "track/attribution_text.h"

#include <string.h>

/* ---- paths ---- */

/* Where the last element of a path begins: behind the last dot that is in no quotes and in no signature. */
static size_t last_begins(struct text path)
{
    size_t begins = 0;
    unsigned depth = 0;
    bool quoted = false;

    for (size_t i = 0; i < path.length; i++) {
        char c = path.bytes[i];

        if (c == '"')
            quoted = !quoted;
        else if (!quoted && c == '(')
            depth++;
        else if (!quoted && c == ')' && depth > 0)
            depth--;
        else if (!quoted && depth == 0 && c == '.')
            begins = i + 1;
    }
    return begins;
}

struct text path_last(struct text path)
{
    size_t begins = last_begins(path);
    struct text last = {path.bytes + begins, path.length - begins};
    const char *end;

    if (last.length >= 2 && last.bytes[0] == '"') {
        end = memrchr(last.bytes, '"', last.length);
        return (struct text){last.bytes + 1, end == last.bytes ? 0 : (size_t)(end - last.bytes) - 1};
    }
    end = last.length == 0 ? NULL : memchr(last.bytes, '(', last.length);
    return end == NULL ? last : (struct text){last.bytes, (size_t)(end - last.bytes)};
}

struct text path_parent(struct text path)
{
    size_t begins = last_begins(path);

    return (struct text){path.bytes, begins == 0 ? 0 : begins - 1};
}

struct text path_first(struct text path)
{
    struct text parent = path_parent(path);

    return parent.length == 0 ? path : path_first(parent);
}

/* ---- words ---- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_of_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           (unsigned char)c >= 0x80;
}

static bool begins_alike(const char *bytes, struct text word)
{
    for (size_t i = 0; i < word.length; i++)
        if (lower(bytes[i]) != lower(word.bytes[i]))
            return false;
    return true;
}

bool statement_has_word(const struct ddl_event_row *event, struct text name, struct reading_budget *budget)
{
    struct text text = event->statement;

    if (text.length == 0 || name.length == 0 || budget->bytes < text.length)
        return true;
    budget->bytes -= text.length;
    for (size_t i = 0; i + name.length <= text.length; i++) {
        size_t end = i + name.length;

        if (lower(text.bytes[i]) == lower(name.bytes[0]) && begins_alike(text.bytes + i, name) &&
            (i == 0 || !is_of_word(text.bytes[i - 1])) && (end == text.length || !is_of_word(text.bytes[end])))
            return true;
    }
    return false;
}

/* ---- commands ---- */

/* "ALTER TABLE", and of servers that name their events so "ALTER_TABLE". */
static bool command_matches(struct text command, const char *pattern)
{
    size_t length = strlen(pattern);
    bool at_end = pattern[0] == '*';
    const char *from;

    if (at_end) {
        pattern++;
        length--;
    }
    if (command.length < length)
        return false;
    from = at_end ? command.bytes + command.length - length : command.bytes;
    for (size_t i = 0; i < length; i++)
        if (from[i] != pattern[i] && !(from[i] == '_' && pattern[i] == ' '))
            return false;
    return true;
}

const struct attribute_change *change_attribute(const struct change *change, struct text name)
{
    for (uint32_t i = 0; i < change->attribute_count; i++)
        if (text_equal(change->attributes[i].name, name))
            return &change->attributes[i];
    return NULL;
}

static bool is_access(const struct change *change)
{
    return change->aspect == ASPECT_ACCESS;
}

static bool is_default_privilege(const struct change *change)
{
    return change->kind == KIND_DEFAULT_PRIVILEGE;
}

static bool has_comment(const struct change *change)
{
    return change->effect == EFFECT_MODIFIED && change_attribute(change, TEXT("comment")) != NULL;
}

static bool has_index(const struct change *change)
{
    return change->kind == KIND_INDEX || change->kind == KIND_PRIMARY_KEY || change->kind == KIND_UNIQUE ||
           change->kind == KIND_EXCLUSION;
}

static bool is_trigger(const struct change *change)
{
    return change->kind == KIND_TRIGGER || change->kind == KIND_EVENT_TRIGGER;
}

static bool is_policy(const struct change *change)
{
    return change->kind == KIND_POLICY;
}

static bool is_rule(const struct change *change)
{
    return change->kind == KIND_RULE;
}

/* Commands that make changes of one sort only. All others may have made anything of what they name. */
static const struct {
    const char *pattern; /* of the beginning; with a star, of the end */
    bool (*makes)(const struct change *change);
} narrow_commands[] = {
    {"GRANT", is_access},          {"REVOKE", is_access},     {"DENY", is_access},
    {"SECURITY LABEL", is_access}, {"COMMENT", has_comment},  {"ALTER DEFAULT PRIVILEGES", is_default_privilege},
    {"* INDEX", has_index},        {"* TRIGGER", is_trigger}, {"* POLICY", is_policy},
    {"* RULE", is_rule},
};

bool statement_can_make(const struct ddl_event_row *event, const struct change *change)
{
    for (size_t i = 0; i < LENGTH_OF(narrow_commands); i++)
        if (command_matches(event->command, narrow_commands[i].pattern))
            return narrow_commands[i].makes(change);
    return true;
}
