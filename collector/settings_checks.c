/* What can be read, but cannot work: found when the configuration is read, not when a message is missed. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/config_place.h"
#include "collector/settings_lists.h"
#include "collector/settings_reading.h"
#include "http/private_address.h"
#include "notify/sink.h"

#define YEAR_US (INT64_C(366) * 24 * 3600 * 1000000)

/* ---- sinks: keys ---- */

static bool has_word(const char *words, const char *word)
{
    size_t length = strlen(word);

    for (const char *found = strstr(words, word); found != NULL; found = strstr(found + 1, word))
        if ((found == words || found[-1] == ' ') && (found[length] == '\0' || found[length] == ' '))
            return true;
    return false;
}

static enum error_code refuse_key(const struct settings_element *element, const char *key, const char *kind)
{
    struct error *error = element->reading->error;
    char used[160] = "";

    for (const struct settings_sink_use *use = settings_sink_uses; use->key != NULL; use++)
        if (has_word(use->kinds, kind)) {
            size_t length = strlen(used);

            snprintf(used + length, sizeof used - length, "%s%s", length == 0 ? "" : ", ", use->key);
        }
    error_set(error, ERROR_CONFIG, "a sink of the kind '%s' does not use '%s'", kind, key);
    error_hint(error, "beside those of every kind it uses %s", used);
    return settings_element_blame(element, key);
}

enum error_code settings_check_sink_keys(const struct settings_element *element, const struct file_sink *from,
                                         const char *kind)
{
    const struct {
        const char *key;
        bool is_given;
    } keys[] = {
        {"url", from->url != NULL},
        {"secret", from->secret != NULL},
        {"user", from->user != NULL},
        {"password", from->password != NULL},
        {"from", from->from != NULL},
        {"to", from->to_count > 0},
        {"channel", from->channel != NULL},
        {"repository", from->repository != NULL},
        {"issue", from->issue != NULL},
        {"labels", from->labels_count > 0},
        {"command", from->command_count > 0},
        {"path", from->path != NULL},
        {"facility", from->facility != NULL},
        {"ca", from->ca != NULL},
        {"allow_private", from->allow_private != NULL},
    };

    for (size_t i = 0; i < LENGTH_OF(keys); i++) {
        const struct settings_sink_use *use = settings_sink_uses;

        while (use->key != NULL && strcmp(use->key, keys[i].key) != 0)
            use++;
        if (keys[i].is_given && use->key != NULL && !has_word(use->kinds, kind))
            return refuse_key(element, keys[i].key, kind);
    }
    return ERROR_NONE;
}

/* ---- sinks: where they lead ---- */

/* Whether a host, with or without a port behind it, is written as an address that is not of the public internet. */
static bool is_private_literal(const char *host, char ret_literal[INET6_ADDRSTRLEN])
{
    const char *begin = host[0] == '[' ? host + 1 : host;
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    struct sockaddr_in four = {.sin_family = AF_INET};

    snprintf(ret_literal, INET6_ADDRSTRLEN, "%.*s", (int)strcspn(begin, host[0] == '[' ? "]" : ":"), begin);
    if (inet_pton(AF_INET, ret_literal, &four.sin_addr) == 1)
        return address_is_private((const struct sockaddr *)&four);
    return inet_pton(AF_INET6, ret_literal, &six.sin6_addr) == 1 && address_is_private((const struct sockaddr *)&six);
}

static enum error_code check_address(const struct sink *sink, struct arena *arena, struct error *error)
{
    char literal[INET6_ADDRSTRLEN];
    const char *host;

    if (sink->url.length == 0 || sink->allow_private)
        return ERROR_NONE;
    host = sink_host(sink, arena);
    if (host == NULL)
        return arena_error(arena, error, "reading the configuration");
    if (!is_private_literal(host, literal))
        return ERROR_NONE;
    error_set(error, ERROR_CONFIG, "'%s' is an address of this machine or of a private network", literal);
    return error_hint(error, "nothing would be sent there; 'allow_private: true' permits it");
}

static enum error_code check_folder(const struct sink *sink, struct arena *arena, struct error *error)
{
    const char *slash = memrchr(sink->path.bytes, '/', sink->path.length);
    size_t length = slash == NULL || slash == sink->path.bytes ? 1 : (size_t)(slash - sink->path.bytes);
    struct stat facts;
    const char *folder;

    if (sink->path.length == 0)
        return ERROR_NONE;
    folder = arena_string(arena, (struct text){sink->path.bytes, length});
    if (folder == NULL)
        return arena_error(arena, error, "reading the configuration");
    if (stat(folder, &facts) == 0 && S_ISDIR(facts.st_mode))
        return ERROR_NONE;
    error_set(error, ERROR_CONFIG, "there is no folder '%.200s'", folder);
    return error_hint(error, "make it; the collector's user must be able to write there");
}

enum error_code settings_check_sink(const struct sink *sink, const char **ret_key, struct arena *arena,
                                    struct error *error)
{
    *ret_key = "url";
    if (check_address(sink, arena, error) != ERROR_NONE)
        return error->code;
    *ret_key = "path";
    return check_folder(sink, arena, error);
}

/* ---- routes: what they take ---- */

enum error_code settings_check_causes(const struct settings_element *element, const struct route *route)
{
    uint64_t differences = 0;

    for (unsigned type = EVENT_DRIFT_OPENED; type <= EVENT_WAIVER_EXPIRED; type++)
        differences |= UINT64_C(1) << type;
    if (route->causes == 0 || (route->filter.types & differences) != 0)
        return ERROR_NONE;
    error_set(element->reading->error, ERROR_CONFIG, "none of the route's types has a cause");
    error_hint(element->reading->error, "only differences have one: add 'drift-*' to 'types', or leave 'causes' out");
    return settings_element_blame(element, "causes");
}

static bool has_contract(const struct contract_set *contracts, struct text name)
{
    for (size_t i = 0; i < contracts->count; i++)
        if (text_equal(contracts->contracts[i].name, name))
            return true;
    return false;
}

/* A name without a wildcard that is no contract's. */
static bool find_unknown_contract(const struct route *route, const struct contract_set *contracts, size_t *ret_place,
                                  struct error *error)
{
    for (size_t i = 0; i < route->contract_count; i++) {
        struct text name = route->contracts[i];
        struct nearest_name nearest = {.word = name.bytes};

        if (strpbrk(name.bytes, "*?") != NULL || has_contract(contracts, name))
            continue;
        for (size_t k = 0; k < contracts->count; k++)
            nearest_name_consider(&nearest, contracts->contracts[k].name.bytes);
        error_set(error, ERROR_CONFIG, "there is no contract '%.80s'", name.bytes);
        if (nearest.name != NULL)
            error_hint(error, "did you mean '%s'?", nearest.name);
        else
            error_hint(error, "a route that is to wait for one that comes later takes a pattern, such as '%.80s*'",
                       name.bytes);
        *ret_place = i;
        return true;
    }
    return false;
}

enum error_code settings_check_contracts(const struct collector_settings *settings,
                                         const struct contract_set *contracts, struct error *error)
{
    for (size_t i = 0; i < settings->notify.route_count; i++) {
        size_t place;
        char way[64];

        if (!find_unknown_contract(&settings->notify.routes[i], contracts, &place, error))
            continue;
        snprintf(way, sizeof way, "notify.routes.%zu.contracts.%zu", i, place);
        return config_place(error, settings->config, settings->file_text, way);
    }
    return ERROR_NONE;
}

/* ---- routes: quiet times ---- */

static bool is_everywhere(const struct freeze *window)
{
    return window->database_count + window->environment_count == 0;
}

/* Until when it is quiet, if one of the windows that come again and again is in force: this one, or one that is about
 * everything. */
static bool is_quiet(const struct route *route, size_t number, int64_t moment, int64_t *ret_until)
{
    int64_t until = moment, end;

    for (size_t i = 0; i < route->quiet_count; i++) {
        const struct freeze *window = &route->quiet[i].window;

        if (window->repeats && (i == number || is_everywhere(window)) && freeze_is_on(window, moment, &end) &&
            end > until)
            until = end;
    }
    *ret_until = until;
    return until > moment;
}

enum error_code settings_check_quiet(const struct settings_element *element, const struct route *route)
{
    int64_t now = clock_now();

    for (size_t i = 0; i < route->quiet_count; i++) {
        int64_t moment = now, until;
        char key[48];

        if (!route->quiet[i].window.repeats)
            continue;
        while (moment - now < YEAR_US && is_quiet(route, i, moment, &until))
            moment = until;
        if (moment - now < YEAR_US)
            continue;
        error_set(element->reading->error, ERROR_CONFIG, "the quiet time never ends: nothing would ever be told");
        error_hint(element->reading->error, "shorten 'duration'; a route that only takes what is bad has a 'severity'");
        snprintf(key, sizeof key, "quiet.%zu.duration", i);
        return settings_element_blame(element, key);
    }
    return ERROR_NONE;
}

/* ---- what is only odd ---- */

static bool is_told(const struct notify_content *notify, struct text sink)
{
    for (size_t i = 0; i < notify->route_count; i++) {
        const struct route *route = &notify->routes[i];

        for (size_t k = 0; k < route->sink_count; k++)
            if (text_equal(route->sinks[k], sink))
                return true;
        for (size_t k = 0; k < route->escalate_count; k++)
            if (text_equal(route->escalate_to[k], sink))
                return true;
    }
    return false;
}

bool settings_next_unused_sink(const struct collector_settings *settings, size_t *number, struct error *ret_why)
{
    const struct notify_content *notify = &settings->notify;
    char way[64];

    while (*number < notify->sink_count && is_told(notify, notify->sinks[*number].name))
        ++*number;
    if (*number == notify->sink_count)
        return false;
    *ret_why = (struct error){0};
    error_set(ret_why, ERROR_CONFIG, "no route tells the sink '%.*s' anything", TEXT_ARGS(notify->sinks[*number].name));
    snprintf(way, sizeof way, "notify.sinks.%zu.name", *number);
    config_place(ret_why, settings->config, settings->file_text, way);
    return true;
}
