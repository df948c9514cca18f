#include "lint/configuration.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "drift/severity.h"

enum { LEAST_VERSION = 9, MOST_VERSION = 99 };

/* What is being read. */
struct reading {
    struct lint_configuration *configuration;
    const struct config_file *file;
    struct arena *arena;
    struct error *error;
};

void lint_configuration_init(struct lint_configuration *configuration)
{
    *configuration = (struct lint_configuration){.server_version = 0};
    for (size_t i = 0; i < RULE_COUNT; i++)
        configuration->levels[i] = (struct lint_level){lint_rules[i].is_on, lint_rules[i].level};
}

static enum error_code blame(const struct reading *reading, const char *list, unsigned number, const char *member)
{
    const char *key = arena_printf(reading->arena, "lint.%s.%u.%s", list, number, member);

    if (key == NULL)
        return arena_error(reading->arena, reading->error, "reading the configuration");
    return config_file_blame(reading->file, key, reading->error);
}

static bool apply_level(struct lint_level *level, const struct lint_rule *rule, const char *word)
{
    if (strcmp(word, "off") == 0) {
        level->is_on = false;
        return true;
    }
    level->is_on = true;
    if (strcmp(word, "on") != 0)
        return severity_from_name(text_from(word), &level->level);
    level->level = rule->level;
    return true;
}

/* The level of a rule, or of every rule of a group. Answers how many there are; 0: nobody is called so. */
static size_t apply_rule(const struct reading *reading, const struct lint_rule_entry *entry, bool *ret_level_is_known)
{
    size_t count = 0;

    for (size_t i = 0; i < RULE_COUNT; i++) {
        const struct lint_rule *rule = &lint_rules[i];

        if (strcmp(entry->id, rule->id) != 0 && strcmp(entry->id, lint_group_name(rule->group)) != 0)
            continue;
        *ret_level_is_known = apply_level(&reading->configuration->levels[i], rule, entry->level);
        count++;
    }
    return count;
}

static enum error_code read_rules(const struct reading *reading, const struct lint_entry *entry)
{
    for (unsigned i = 0; i < entry->rules_count; i++) {
        const struct lint_rule_entry *rule = &entry->rules[i];
        const char *near = lint_rule_near(text_from(rule->id));
        bool level_is_known = true;

        if (apply_rule(reading, rule, &level_is_known) == 0) {
            error_set(reading->error, ERROR_CONFIG, "there is no rule '%.60s'%s%s", rule->id,
                      near == NULL ? "" : "; perhaps ", near == NULL ? "" : near);
            return blame(reading, "rules", i, "id");
        }
        if (!level_is_known) {
            error_set(reading->error, ERROR_CONFIG, "'%.60s' is no level: write off, on, low, medium, high or critical",
                      rule->level);
            return blame(reading, "rules", i, "level");
        }
    }
    return ERROR_NONE;
}

static enum error_code read_naming(const struct reading *reading, const struct lint_entry *entry)
{
    for (size_t i = 0; i < NAMING_KINDS; i++) {
        const char *key;

        reading->configuration->naming.patterns[i] = entry->naming.patterns[i];
        if (entry->naming.patterns[i] == NULL || naming_check(entry->naming.patterns[i], reading->error) == ERROR_NONE)
            continue;
        key = arena_printf(reading->arena, "lint.naming.%s", naming_key(i));
        if (key == NULL)
            return arena_error(reading->arena, reading->error, "reading the configuration");
        return config_file_blame(reading->file, key, reading->error);
    }
    return ERROR_NONE;
}

static enum error_code read_transaction(const struct reading *reading, const char *word)
{
    if (word == NULL)
        return ERROR_NONE;
    reading->configuration->in_transaction = strcmp(word, "file") == 0;
    if (reading->configuration->in_transaction || strcmp(word, "none") == 0)
        return ERROR_NONE;
    error_set(reading->error, ERROR_CONFIG, "'%.60s' is neither file nor none", word);
    return config_file_blame(reading->file, "lint.transaction", reading->error);
}

/* "15", "15.4": what counts is the first number. */
static enum error_code read_version(const struct reading *reading, const char *word)
{
    char *end;
    unsigned long version;

    if (word == NULL)
        return ERROR_NONE;
    version = strtoul(word, &end, 10);
    if (word[0] >= '0' && word[0] <= '9' && (*end == '\0' || *end == '.') && version >= LEAST_VERSION &&
        version <= MOST_VERSION) {
        reading->configuration->server_version = (unsigned)version;
        return ERROR_NONE;
    }
    error_set(reading->error, ERROR_CONFIG, "'%.60s' is no version of PostgreSQL, such as 15", word);
    return config_file_blame(reading->file, "lint.server_version", reading->error);
}

static enum error_code read_path(const struct reading *reading, const struct lint_entry *entry)
{
    struct text *items = arena_array(reading->arena, entry->search_path_count, sizeof *items);

    if (items == NULL)
        return arena_error(reading->arena, reading->error, "reading the configuration");
    for (unsigned i = 0; i < entry->search_path_count; i++)
        items[i] = text_from(entry->search_path[i]);
    reading->configuration->search_path = (struct text_span){items, entry->search_path_count};
    return ERROR_NONE;
}

enum error_code lint_configuration_read(struct lint_configuration *configuration, const struct config_file *file,
                                        const struct lint_entry *entry, struct arena *arena, struct error *error)
{
    const struct reading reading = {configuration, file, arena, error};

    configuration->ignored = (const char *const *)entry->ignore;
    configuration->ignored_count = entry->ignore_count;
    if (read_rules(&reading, entry) != ERROR_NONE || read_naming(&reading, entry) != ERROR_NONE ||
        read_transaction(&reading, entry->transaction) != ERROR_NONE ||
        read_version(&reading, entry->server_version) != ERROR_NONE || read_path(&reading, entry) != ERROR_NONE)
        return error->code;
    return ERROR_NONE;
}

bool lint_configuration_ignores(const struct lint_configuration *configuration, const char *path)
{
    for (size_t i = 0; i < configuration->ignored_count; i++)
        if (fnmatch(configuration->ignored[i], path, 0) == 0)
            return true;
    return false;
}
