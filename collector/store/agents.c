#include "store/agents.h"

#include <inttypes.h>

#include <string.h>

#include "store/rows.h"
#include "store_sql.h"

/* ---- enrolling ---- */

/* What the store has of a name. */
struct present {
    int64_t id; /* 0: nobody has the name */
    bool same_key;
    bool revoked;
};

static struct text key_text(const struct agent_row *agent)
{
    return (struct text){(const char *)agent->key, KEY_SIZE};
}

static enum error_code look_for_name(struct database *database, const struct agent_row *agent, struct present *present,
                                     struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool found = false;

    if (database_prepare(database, store_sql_agent_find, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":name", text_or_empty(agent->name));
    if (statement_step(statement, &found, error) != ERROR_NONE)
        return error->code;
    if (found) {
        present->id = statement_number(statement, 0);
        present->same_key = text_equal(statement_blob(statement, 1), key_text(agent));
        present->revoked = !statement_is_null(statement, 2);
    }
    return ERROR_NONE;
}

/* Sets an error when somebody else has the key. */
static enum error_code look_for_key(struct database *database, const struct agent_row *agent, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool found = false;

    if (database_prepare(database, store_sql_agent_of_key, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_blob(statement, ":key", key_text(agent));
    if (statement_step(statement, &found, error) != ERROR_NONE)
        return error->code;
    if (found && !text_equal(statement_text(statement, 1), agent->name))
        return error_set(error, ERROR_CONFLICT, "the key is enrolled already, as agent '%.*s'",
                         TEXT_ARGS(statement_text(statement, 1)));
    return ERROR_NONE;
}

static enum error_code put_agent(struct database *database, const char *sql, const struct agent_row *agent, int64_t id,
                                 struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, sql, &statement, error) != ERROR_NONE)
        return error->code;
    if (id == 0)
        statement_bind_text(statement, ":name", text_or_empty(agent->name));
    else
        statement_bind_number(statement, ":id", id);
    statement_bind_blob(statement, ":key", key_text(agent));
    statement_bind_number(statement, ":at", agent->enrolled_at);
    statement_bind_text(statement, ":by", text_or_empty(agent->enrolled_by));
    return statement_run(statement, error);
}

static enum error_code replace_grants(struct database *database, int64_t id, const struct agent_row *agent,
                                      struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_grant_clear, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":agent", id);
    if (statement_run(statement, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < agent->grant_count; i++) {
        if (database_prepare(database, store_sql_grant_add, &statement, error) != ERROR_NONE)
            return error->code;
        statement_bind_number(statement, ":agent", id);
        statement_bind_text(statement, ":database", text_or_empty(agent->grants[i].database));
        statement_bind_text(statement, ":environment", text_or_empty(agent->grants[i].environment));
        statement_bind_text(statement, ":instance", text_or_empty(agent->grants[i].instance));
        if (statement_run(statement, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code agents_enroll(struct database *database, const struct agent_row *agent, int64_t *ret_id,
                              struct error *error)
{
    struct present present = {0};
    int64_t id;

    if (look_for_name(database, agent, &present, error) != ERROR_NONE ||
        look_for_key(database, agent, error) != ERROR_NONE)
        return error->code;
    if (present.id != 0 && !present.same_key && !present.revoked) {
        error_set(error, ERROR_CONFLICT, "an agent '%.*s' with another key is enrolled already",
                  TEXT_ARGS(agent->name));
        return error_hint(error, "revoke it first if the new key is to take its place");
    }
    if (present.id == 0 && put_agent(database, store_sql_agent_add, agent, 0, error) != ERROR_NONE)
        return error->code;
    id = present.id == 0 ? database_last_id(database) : present.id;
    if (present.revoked && put_agent(database, store_sql_agent_renew, agent, id, error) != ERROR_NONE)
        return error->code;
    if (replace_grants(database, id, agent, error) != ERROR_NONE)
        return error->code;
    *ret_id = id;
    return ERROR_NONE;
}

static enum error_code no_agent(struct text name, struct error *error)
{
    error_set(error, ERROR_NOT_FOUND, "there is no agent '%.*s'", TEXT_ARGS(name));
    return error_hint(error, "`driftline agents list` has all");
}

enum error_code agents_find(struct database *database, struct text name, int64_t *ret_id, struct error *error)
{
    const struct agent_row wanted = {.name = name};
    struct present present = {0};

    if (look_for_name(database, &wanted, &present, error) != ERROR_NONE)
        return error->code;
    if (present.id == 0)
        return no_agent(name, error);
    *ret_id = present.id;
    return ERROR_NONE;
}

enum error_code agents_revoke(struct database *database, struct text name, struct text by, int64_t at,
                              struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_agent_revoke, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":name", text_or_empty(name));
    statement_bind_text(statement, ":by", text_or_empty(by));
    statement_bind_number(statement, ":at", at);
    if (statement_run(statement, error) != ERROR_NONE)
        return error->code;
    return database_changes(database) > 0 ? ERROR_NONE : no_agent(name, error);
}

enum error_code agents_saw(struct database *database, const struct agent_sighting *sighting, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_agent_saw, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":id", sighting->agent);
    statement_bind_number(statement, ":at", sighting->at);
    statement_bind_text(statement, ":version", sighting->version);
    statement_bind_text(statement, ":host", sighting->host);
    statement_bind_text(statement, ":address", sighting->address);
    return statement_run(statement, error);
}

enum error_code agents_heard(struct database *database, int64_t agent, int64_t at, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_agent_heard, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":id", agent);
    statement_bind_number(statement, ":at", at);
    return statement_run(statement, error);
}

enum error_code agents_presence(struct database *database, int64_t agent, struct arena *arena,
                                struct agent_presence *ret_presence, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct agent_presence presence = {0};
    const struct row_text texts[] = {{1, &presence.version}, {2, &presence.host}};
    bool row = false;

    if (database_prepare(database, store_sql_agent_presence, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":id", agent);
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    if (!row)
        return error_set(error, ERROR_NOT_FOUND, "there is no agent with the number %" PRId64, agent);
    presence.heard_at = statement_number(statement, 0);
    presence.silent_since = statement_number(statement, 3);
    presence.targets = (uint32_t)statement_number(statement, 4);
    if (row_copy(statement, texts, LENGTH_OF(texts), arena, error) != ERROR_NONE)
        return error->code;
    *ret_presence = presence;
    return ERROR_NONE;
}

enum error_code agents_set_silent(struct database *database, int64_t agent, int64_t since, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_agent_silence, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":id", agent);
    bind_number_or_null(statement, ":since", since);
    return statement_run(statement, error);
}

/* ---- listing ---- */

static enum error_code read_grants(struct database *database, struct agent_row *agent, struct arena *arena,
                                   struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list list = {.arena = arena, .size = sizeof *agent->grants};
    bool row = true;

    if (database_prepare(database, store_sql_grant_list, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":agent", agent->id);
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        struct target_name *grant = row_list_add(&list, error);

        if (grant == NULL ||
            row_copy(statement,
                     (struct row_text[]){{0, &grant->database}, {1, &grant->environment}, {2, &grant->instance}}, 3,
                     arena, error) != ERROR_NONE)
            return error->code;
    }
    agent->grants = list.items;
    agent->grant_count = list.count;
    return row ? error->code : ERROR_NONE;
}

static enum error_code read_agent(struct statement *statement, struct agent_row *agent, struct arena *arena,
                                  struct error *error)
{
    const struct row_text texts[] = {{1, &agent->name},    {4, &agent->enrolled_by}, {6, &agent->revoked_by},
                                     {8, &agent->version}, {9, &agent->host},        {10, &agent->address}};
    struct text key = statement_blob(statement, 2);

    if (key.length != KEY_SIZE)
        return error_set(error, ERROR_CORRUPT, "an agent's key of %zu bytes in the store", key.length);
    memcpy(agent->key, key.bytes, KEY_SIZE);
    agent->id = statement_number(statement, 0);
    agent->enrolled_at = statement_number(statement, 3);
    agent->revoked_at = statement_number(statement, 5);
    agent->last_seen = statement_number(statement, 7);
    agent->target_count = (uint32_t)statement_number(statement, 11);
    agent->silent_since = statement_number(statement, 12);
    return row_copy(statement, texts, LENGTH_OF(texts), arena, error);
}

enum error_code agents_list(struct database *database, struct arena *arena, struct agent_row **ret_agents,
                            size_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list list = {.arena = arena, .size = sizeof **ret_agents};
    bool row = true;

    if (database_prepare(database, store_sql_agent_list, &statement, error) != ERROR_NONE)
        return error->code;
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        struct agent_row *agent = row_list_add(&list, error);

        if (agent == NULL || read_agent(statement, agent, arena, error) != ERROR_NONE ||
            read_grants(database, agent, arena, error) != ERROR_NONE)
            return error->code;
    }
    if (row)
        return error->code;
    *ret_agents = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}

static bool allows(struct text granted, struct text name)
{
    return text_equal(granted, TEXT("*")) || text_equal(granted, name);
}

bool agents_may_speak_for(const struct agent_row *agent, const struct target_name *target)
{
    for (size_t i = 0; i < agent->grant_count; i++) {
        const struct target_name *grant = &agent->grants[i];

        if (allows(grant->database, target->database) && allows(grant->environment, target->environment) &&
            allows(grant->instance, target->instance))
            return true;
    }
    return false;
}
