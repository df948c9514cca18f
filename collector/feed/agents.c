/* GET and POST /api/v1/agents, DELETE /api/v1/agents/{name} */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/reference.h"
#include "feed/audit.h"
#include "feed/body.h"
#include "feed/json.h"
#include "feed/routes.h"
#include "store/agents.h"

enum { GRANTS_LIMIT = 256 };

static const char doing[] = "reading agents";

/* ---- what an agent looks like ---- */

/* `orders@prod/eu-1`, each of them or `*`. */
static json_t *grant_value(struct json_builder *builder, const struct target_name *grant)
{
    CLEANUP(buffer_clear) struct buffer text;

    buffer_init(&text);
    buffer_printf(&text, "%.*s@%.*s/%.*s", TEXT_ARGS(grant->database), TEXT_ARGS(grant->environment),
                  TEXT_ARGS(grant->instance));
    builder->failed = builder->failed || text.failed;
    return json_builder_text(builder, buffer_text(&text));
}

static json_t *agent_value(struct json_builder *builder, const struct agent_row *agent,
                           const struct core_session *session)
{
    json_t *object = json_builder_object(builder), *grants = json_builder_array(builder);
    char key[KEY_TEXT_SIZE];

    key_from_bytes(agent->key, key);
    for (size_t i = 0; i < agent->grant_count && !builder->failed; i++)
        json_builder_append(builder, grants, grant_value(builder, &agent->grants[i]));
    json_builder_set(builder, object, "name", json_builder_text(builder, agent->name));
    json_builder_set(builder, object, "key", json_builder_string(builder, key));
    json_builder_set(builder, object, "grants", grants);
    json_builder_set(builder, object, "enrolled_at", json_time(builder, agent->enrolled_at));
    json_builder_set(builder, object, "enrolled_by", json_builder_text(builder, agent->enrolled_by));
    if (agent->revoked_at != 0) {
        json_builder_set(builder, object, "revoked_at", json_time(builder, agent->revoked_at));
        json_builder_set(builder, object, "revoked_by", json_builder_text(builder, agent->revoked_by));
    }
    json_builder_set(builder, object, "last_seen",
                     json_time(builder, session == NULL ? agent->last_seen : session->heard_at));
    json_builder_set(builder, object, "connected", json_boolean(session != NULL));
    json_builder_set(builder, object, "connected_since", json_time(builder, session == NULL ? 0 : session->since));
    json_builder_set(builder, object, "version", json_text_or_null(builder, agent->version));
    json_builder_set(builder, object, "host", json_text_or_null(builder, agent->host));
    json_builder_set(builder, object, "address", json_text_or_null(builder, agent->address));
    json_builder_set(builder, object, "targets", json_builder_number(builder, agent->target_count));
    return object;
}

struct sessions {
    struct core_session *items; /* sorted by agent */
    size_t count;
};

static int compare_session(const void *agent, const void *session)
{
    int64_t wanted = *(const int64_t *)agent, has = ((const struct core_session *)session)->agent;

    return wanted < has ? -1 : wanted > has;
}

static const struct core_session *find_session(const struct sessions *sessions, int64_t agent)
{
    if (sessions->count == 0)
        return NULL;
    return bsearch(&agent, sessions->items, sessions->count, sizeof *sessions->items, compare_session);
}

enum error_code get_agents(const struct request *request, struct answer *answer, struct error *error)
{
    struct json_builder builder = {0};
    struct sessions sessions = {0};
    struct agent_row *agents = NULL;
    json_t *document, *list;
    size_t count = 0;

    if (agents_list(request->database, request->arena, &agents, &count, error) != ERROR_NONE ||
        core_sessions(request->tools->core, request->arena, &sessions.items, &sessions.count, error) != ERROR_NONE)
        return error->code;
    document = json_builder_object(&builder);
    list = json_builder_array(&builder);
    for (size_t i = 0; i < count && !builder.failed; i++)
        json_builder_append(&builder, list, agent_value(&builder, &agents[i], find_session(&sessions, agents[i].id)));
    json_builder_set(&builder, document, "agents", list);
    return answer_json(answer, &builder, document, error);
}

/* The agent of a name, as the answer to what was just done with it. */
static enum error_code answer_agent(const struct request *request, struct text name, struct answer *answer,
                                    struct error *error)
{
    struct json_builder builder = {0};
    struct sessions sessions = {0};
    struct agent_row *agents = NULL;
    size_t count = 0;

    if (agents_list(request->database, request->arena, &agents, &count, error) != ERROR_NONE ||
        core_sessions(request->tools->core, request->arena, &sessions.items, &sessions.count, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < count; i++)
        if (text_equal(agents[i].name, name)) {
            const struct core_session *session = find_session(&sessions, agents[i].id);

            return answer_json(answer, &builder, agent_value(&builder, &agents[i], session), error);
        }
    error_set(error, ERROR_NOT_FOUND, "there is no agent '%.*s'", TEXT_ARGS(name));
    return error_hint(error, "`driftline agents list` has all");
}

/* ---- enrolling ---- */

static bool is_pattern(struct text text)
{
    return text_equal(text, TEXT("*")) || reference_is_name(text);
}

/* DATABASE@ENVIRONMENT[/INSTANCE] */
static enum error_code parse_grant(struct text text, struct target_name *ret_grant, struct error *error)
{
    const char *at = text.length == 0 ? NULL : memchr(text.bytes, '@', text.length);
    const char *end = text.bytes + text.length;
    const char *slash = at == NULL ? NULL : memchr(at, '/', (size_t)(end - at));
    struct target_name grant = {.instance = TEXT("*")};

    if (at != NULL) {
        grant.database = (struct text){text.bytes, (size_t)(at - text.bytes)};
        grant.environment = (struct text){at + 1, (size_t)((slash == NULL ? end : slash) - at - 1)};
    }
    if (slash != NULL)
        grant.instance = (struct text){slash + 1, (size_t)(end - slash - 1)};
    if (!is_pattern(grant.database) || !is_pattern(grant.environment) || !is_pattern(grant.instance)) {
        error_set(error, ERROR_USAGE, "'%.*s' is not a grant", (int)(text.length > 80 ? 80 : text.length), text.bytes);
        return error_hint(error, "write DATABASE@ENVIRONMENT or DATABASE@ENVIRONMENT/INSTANCE, each a name or '*'");
    }
    *ret_grant = grant;
    return ERROR_NONE;
}

static enum error_code parse_agent(const struct request *request, struct agent_row *ret_agent, struct error *error)
{
    enum { NAME, KEY, GRANTS };
    struct body_member members[] = {
        [NAME] = {.name = "name", .required = true},
        [KEY] = {.name = "key", .required = true},
        [GRANTS] = {.name = "grants", .required = true, .type = BODY_TEXTS},
        {0},
    };
    struct agent_row agent = {.enrolled_at = clock_now(), .enrolled_by = request->token.name};
    char key[KEY_TEXT_SIZE];

    if (body_read(request->body, members, request->arena, error) != ERROR_NONE ||
        key_parse(key, members[KEY].value, error) != ERROR_NONE)
        return error->code;
    agent.name = members[NAME].value;
    agent.grant_count = members[GRANTS].count;
    agent.grants = arena_array(request->arena, agent.grant_count, sizeof *agent.grants);
    if (agent.grants == NULL)
        return arena_error(request->arena, error, doing);
    if (!reference_is_name(agent.name))
        return error_set(error, ERROR_USAGE, "'%.*s' cannot be the name of an agent",
                         (int)(agent.name.length > 80 ? 80 : agent.name.length), agent.name.bytes);
    if (agent.grant_count == 0 || agent.grant_count > GRANTS_LIMIT)
        return error_set(error, ERROR_USAGE, "an agent needs from 1 to %d grants", GRANTS_LIMIT);
    for (size_t i = 0; i < agent.grant_count; i++)
        if (parse_grant(members[GRANTS].texts[i], &agent.grants[i], error) != ERROR_NONE)
            return error->code;
    key_to_bytes(key, agent.key);
    *ret_agent = agent;
    return ERROR_NONE;
}

/* What is done with an agent on the core's thread. */
struct change_of_agent {
    struct agent_row agent;
    struct text by;
    struct arena *arena;
};

static enum error_code enroll(void *context, struct database *database, struct error *error)
{
    struct change_of_agent *change = context;
    struct audit_entry entry = {.type = EVENT_AGENT_ENROLLED, .by = change->by, .agent = change->agent.name};

    if (agents_enroll(database, &change->agent, &entry.agent_id, error) != ERROR_NONE)
        return error->code;
    return audit_add(database, &entry, change->arena, error);
}

enum error_code post_agents(const struct request *request, struct answer *answer, struct error *error)
{
    struct change_of_agent change = {.by = request->token.name, .arena = request->arena};

    if (parse_agent(request, &change.agent, error) != ERROR_NONE ||
        core_call(request->tools->core, enroll, &change, error) != ERROR_NONE ||
        core_reload_agents(request->tools->core, error) != ERROR_NONE)
        return error->code;
    return answer_agent(request, change.agent.name, answer, error);
}

/* ---- revoking ---- */

static enum error_code revoke(void *context, struct database *database, struct error *error)
{
    struct change_of_agent *change = context;
    struct audit_entry entry = {.type = EVENT_AGENT_REVOKED, .by = change->by, .agent = change->agent.name};

    if (agents_find(database, change->agent.name, &entry.agent_id, error) != ERROR_NONE ||
        agents_revoke(database, change->agent.name, change->by, clock_now(), error) != ERROR_NONE)
        return error->code;
    return audit_add(database, &entry, change->arena, error);
}

enum error_code delete_agents(const struct request *request, struct answer *answer, struct error *error)
{
    struct change_of_agent change = {
        .agent = {.name = request->name}, .by = request->token.name, .arena = request->arena};

    if (core_call(request->tools->core, revoke, &change, error) != ERROR_NONE ||
        core_reload_agents(request->tools->core, error) != ERROR_NONE)
        return error->code;
    return answer_agent(request, request->name, answer, error);
}
