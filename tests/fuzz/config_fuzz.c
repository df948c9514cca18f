/* A configuration file that somebody else wrote: what is refused leaves nothing behind and says where it is wrong, what
 * is accepted can be released. */
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "fuzz.h"

struct endpoint {
    char *host;
    unsigned port;
};

struct settings {
    char *name;
    int level;
    unsigned count;
    bool enabled;
    unsigned mode;
    struct endpoint main;
    struct endpoint *others;
    unsigned others_count;
    char **words;
    unsigned words_count;
};

static const cyaml_schema_field_t endpoint_fields[] = {
    CYAML_FIELD_STRING_PTR("host", CYAML_FLAG_POINTER, struct endpoint, host, 1, 100),
    CYAML_FIELD_UINT("port", CYAML_FLAG_OPTIONAL, struct endpoint, port),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t endpoint_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct endpoint, endpoint_fields),
};

static const cyaml_schema_value_t word_value = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, CYAML_UNLIMITED),
};

static const cyaml_strval_t modes[] = {{"off", 0}, {"warn", 1}, {"block", 2}};

static const cyaml_schema_field_t settings_fields[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct settings, name, 0, CYAML_UNLIMITED),
    CYAML_FIELD_INT("level", CYAML_FLAG_OPTIONAL, struct settings, level),
    CYAML_FIELD_UINT("count", CYAML_FLAG_OPTIONAL, struct settings, count),
    CYAML_FIELD_BOOL("enabled", CYAML_FLAG_OPTIONAL, struct settings, enabled),
    CYAML_FIELD_ENUM("mode", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT, struct settings, mode, modes, 3),
    CYAML_FIELD_MAPPING("main", CYAML_FLAG_OPTIONAL, struct settings, main, endpoint_fields),
    CYAML_FIELD_SEQUENCE("others", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct settings, others, &endpoint_value,
                         0, 8),
    CYAML_FIELD_SEQUENCE("words", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct settings, words, &word_value, 0,
                         CYAML_UNLIMITED),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t settings_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct settings, settings_fields),
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct error error = {0};
    void *data = NULL;
    enum error_code code =
        config_load_text("fuzz", (struct text){(const char *)bytes, length}, &settings_value, &data, &error);
    const struct settings *settings = data;

    if (code != ERROR_NONE) {
        require(data == NULL && error.code == code);
        require(code == ERROR_CONFIG || code == ERROR_LIMIT);
        require(strstr(error.message, "fuzz") != NULL && text_is_utf8(text_from(error.message)));
        return 0;
    }
    require(settings != NULL);
    require(settings->others_count <= 8 && settings->mode <= 2);
    for (unsigned i = 0; i < settings->others_count; i++)
        require(settings->others[i].host != NULL && strlen(settings->others[i].host) <= 100);
    config_free(&settings_value, data);
    return 0;
}
