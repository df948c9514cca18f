#include "feed/openapi.h"

#include <stdio.h>
#include <string.h>

#include "feed/json.h"
#include "feed/routes.h"
#include "feed_json.h"

enum { REFERENCE_SIZE = 160 };

static const char components[] = "#/components/schemas/";
static const char own_definitions[] = "#/$defs/";
static const char report_prefix[] = "Report";

/* ---- schemas ---- */

static json_t *reference_value(struct json_builder *builder, const char *schema)
{
    json_t *object = json_builder_object(builder);
    char reference[REFERENCE_SIZE];

    snprintf(reference, sizeof reference, "%s%s", components, schema);
    json_builder_set(builder, object, "$ref", json_builder_string(builder, reference));
    return object;
}

/* A document that is part of the program. */
static json_t *embedded(struct json_builder *builder, const char *text)
{
    json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

    builder->failed = builder->failed || value == NULL;
    return value;
}

/* `#/$defs/side` of the schema of reports is `#/components/schemas/Report.side` here. */
static void move_references(struct json_builder *builder, json_t *value)
{
    const char *reference = json_string_value(json_object_get(value, "$ref"));
    const char *key;
    json_t *member;
    size_t index;

    if (reference != NULL && strncmp(reference, own_definitions, sizeof own_definitions - 1) == 0) {
        char moved[REFERENCE_SIZE];

        snprintf(moved, sizeof moved, "%s%s.%s", components, report_prefix, reference + sizeof own_definitions - 1);
        json_builder_set(builder, value, "$ref", json_builder_string(builder, moved));
    }
    json_object_foreach(value, key, member) move_references(builder, member);
    json_array_foreach(value, index, member) move_references(builder, member);
}

/* The published schema of reports, as schemas of this document. */
static void add_report_schemas(struct json_builder *builder, json_t *schemas)
{
    json_t *report = embedded(builder, feed_json_diff_report);
    json_t *definitions = json_object_get(report, "$defs"), *definition;
    const char *name;

    move_references(builder, report);
    json_object_foreach(definitions, name, definition)
    {
        char moved[REFERENCE_SIZE];

        snprintf(moved, sizeof moved, "%s.%s", report_prefix, name);
        json_builder_set(builder, schemas, moved, json_incref(definition));
    }
    json_object_del(report, "$defs");
    json_object_del(report, "$id");
    json_object_del(report, "$schema");
    json_builder_set(builder, schemas, report_prefix, report);
}

/* ---- parameters ---- */

static json_t *words_value(struct json_builder *builder, const char *(*choice)(size_t))
{
    json_t *object = json_builder_object(builder), *words = json_builder_array(builder);

    for (size_t i = 0; choice(i) != NULL; i++)
        json_builder_append(builder, words, json_builder_string(builder, choice(i)));
    json_builder_set(builder, object, "enum", words);
    return object;
}

static json_t *typed_value(struct json_builder *builder, const char *type)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "type", json_builder_string(builder, type));
    return object;
}

static json_t *list_value(struct json_builder *builder, json_t *items)
{
    json_t *object = typed_value(builder, "array");

    json_builder_set(builder, object, "items", items);
    return object;
}

static json_t *number_value(struct json_builder *builder, const struct parameter *parameter)
{
    json_t *object = typed_value(builder, "integer");

    json_builder_set(builder, object, "minimum", json_builder_number(builder, parameter->minimum));
    json_builder_set(builder, object, "maximum", json_builder_number(builder, parameter->maximum));
    return object;
}

/* The schema of one value. */
static json_t *value_schema(struct json_builder *builder, const struct parameter *parameter)
{
    json_t *object;

    switch (parameter->type) {
    case PARAMETER_NAME:
        return reference_value(builder, "Name");
    case PARAMETER_ROOT:
        return reference_value(builder, "Root");
    case PARAMETER_NUMBER:
        return number_value(builder, parameter);
    case PARAMETER_FLAG:
        return typed_value(builder, "boolean");
    case PARAMETER_CHOICE:
        return words_value(builder, parameter->choice);
    case PARAMETER_CHOICES:
        return list_value(builder, words_value(builder, parameter->choice));
    default:
        object = typed_value(builder, "string");
        json_builder_set(builder, object, "minLength", json_builder_number(builder, 1));
        return object;
    }
}

static json_t *preset_value(struct json_builder *builder, const struct parameter *parameter)
{
    const struct request_target nothing = {0};
    const struct request_parameters given = {&nothing, parameter};

    if (parameter->type == PARAMETER_NUMBER)
        return json_builder_number(builder, request_number(&given, parameter->name));
    if (parameter->type == PARAMETER_FLAG)
        return json_boolean(request_flag(&given, parameter->name));
    return json_builder_string(builder, parameter->preset);
}

static json_t *parameter_value(struct json_builder *builder, const struct parameter *parameter)
{
    json_t *object = json_builder_object(builder), *schema = value_schema(builder, parameter);

    if (parameter->preset != NULL)
        json_builder_set(builder, schema, "default", preset_value(builder, parameter));
    if (parameter->repeated)
        schema = list_value(builder, schema);
    json_builder_set(builder, object, "name", json_builder_string(builder, parameter->name));
    json_builder_set(builder, object, "in", json_builder_string(builder, "query"));
    json_builder_set(builder, object, "description", json_builder_string(builder, parameter->summary));
    json_builder_set(builder, object, "required", json_boolean(parameter->required));
    if (parameter->repeated || parameter->type == PARAMETER_CHOICES) {
        json_builder_set(builder, object, "style", json_builder_string(builder, "form"));
        json_builder_set(builder, object, "explode", json_boolean(parameter->repeated));
    }
    json_builder_set(builder, object, "schema", schema);
    return object;
}

/* What stands in the path. */
static json_t *element_value(struct json_builder *builder, const char *name, const char *schema)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "name", json_builder_string(builder, name));
    json_builder_set(builder, object, "in", json_builder_string(builder, "path"));
    json_builder_set(builder, object, "required", json_true());
    json_builder_set(builder, object, "schema", reference_value(builder, schema));
    return object;
}

static json_t *parameters_value(struct json_builder *builder, const struct http_route *route)
{
    json_t *list = json_builder_array(builder);

    if (strstr(route->path, "{name}") != NULL)
        json_builder_append(builder, list, element_value(builder, "name", "Name"));
    if (strstr(route->path, "{id}") != NULL)
        json_builder_append(builder, list, element_value(builder, "id", "Number"));
    for (const struct parameter *row = route->parameters; row != NULL && row->name != NULL; row++)
        json_builder_append(builder, list, parameter_value(builder, row));
    return list;
}

/* ---- answers ---- */

/* `{"application/json": {"schema": …}}` */
static json_t *content_value(struct json_builder *builder, const char *schema, const char *const *types)
{
    json_t *content = json_builder_object(builder), *media;

    if (schema != NULL) {
        media = json_builder_object(builder);
        json_builder_set(builder, media, "schema", reference_value(builder, schema));
        json_builder_set(builder, content, "application/json", media);
    }
    for (; types != NULL && *types != NULL; types++) {
        media = json_builder_object(builder);
        if (strncmp(*types, "text/", 5) == 0)
            json_builder_set(builder, media, "schema", typed_value(builder, "string"));
        json_builder_set(builder, content, *types, media);
    }
    return content;
}

static json_t *headers_value(struct json_builder *builder, const struct route_header *headers)
{
    json_t *object = json_builder_object(builder);

    for (; headers->name != NULL; headers++) {
        json_t *header = json_builder_object(builder);

        json_builder_set(builder, header, "description", json_builder_string(builder, headers->summary));
        json_builder_set(builder, header, "schema", typed_value(builder, "string"));
        json_builder_set(builder, object, headers->name, header);
    }
    return object;
}

static json_t *response_value(struct json_builder *builder, const char *description, json_t *content)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "description", json_builder_string(builder, description));
    json_builder_set(builder, object, "content", content);
    return object;
}

static json_t *failure_value(struct json_builder *builder)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "$ref", json_builder_string(builder, "#/components/responses/Failure"));
    return object;
}

static void set_status(struct json_builder *builder, json_t *responses, unsigned status, json_t *response)
{
    char number[16];

    snprintf(number, sizeof number, "%u", status);
    json_builder_set(builder, responses, number, response);
}

static json_t *responses_value(struct json_builder *builder, const struct http_route *route)
{
    json_t *responses = json_builder_object(builder);
    json_t *success = response_value(builder, route->summary, content_value(builder, route->schema, route->types));

    if (route->headers != NULL)
        json_builder_set(builder, success, "headers", headers_value(builder, route->headers));
    set_status(builder, responses, route->status, success);
    if (route->failure != 0)
        set_status(builder, responses, route->failure,
                   response_value(builder, "Not so", content_value(builder, route->schema, NULL)));
    if (route->parameters != NULL || route->body != NULL || strstr(route->path, "{id}") != NULL)
        set_status(builder, responses, 400, failure_value(builder));
    if (route->rights != 0) {
        set_status(builder, responses, 401, failure_value(builder));
        set_status(builder, responses, 403, failure_value(builder));
    }
    json_builder_set(builder, responses, "default", failure_value(builder));
    return responses;
}

/* ---- operations ---- */

/* A JSON object that must be there, or bytes that may be. */
static json_t *body_value(struct json_builder *builder, const struct http_route *route)
{
    const char *const upload[] = {route->upload, NULL};
    json_t *object = json_builder_object(builder);

    if (route->upload != NULL)
        json_builder_set(builder, object, "description",
                         json_builder_string(builder, "At most `limits.snapshot` of the collector's configuration, "
                                                      "not `http.body`."));
    json_builder_set(builder, object, "required", json_boolean(route->body != NULL));
    json_builder_set(builder, object, "content", content_value(builder, route->body, upload));
    return object;
}

/* Which token is needed: none, or any whose rights are enough. */
static json_t *security_value(struct json_builder *builder, const struct http_route *route)
{
    json_t *list = json_builder_array(builder), *token;

    if (route->rights == 0)
        return list;
    token = json_builder_object(builder);
    json_builder_set(builder, token, "token", json_builder_array(builder));
    json_builder_append(builder, list, token);
    return list;
}

static json_t *operation_value(struct json_builder *builder, const struct http_route *route)
{
    json_t *object = json_builder_object(builder), *tags = json_builder_array(builder);

    json_builder_append(builder, tags, json_builder_string(builder, route->tag));
    json_builder_set(builder, object, "operationId", json_builder_string(builder, route->id));
    json_builder_set(builder, object, "summary", json_builder_string(builder, route->summary));
    json_builder_set(builder, object, "tags", tags);
    json_builder_set(builder, object, "security", security_value(builder, route));
    if (route->rights != 0)
        json_builder_set(builder, object, "x-rights",
                         json_builder_string(builder, token_rights_name((enum token_rights)route->rights)));
    json_builder_set(builder, object, "parameters", parameters_value(builder, route));
    if (route->body != NULL || route->upload != NULL)
        json_builder_set(builder, object, "requestBody", body_value(builder, route));
    json_builder_set(builder, object, "responses", responses_value(builder, route));
    return object;
}

static json_t *paths_value(struct json_builder *builder)
{
    json_t *paths = json_builder_object(builder);

    for (const struct http_route *route = route_table; route->method != NULL; route++) {
        json_t *path = json_object_get(paths, route->path);
        char method[8];
        size_t i;

        if (path == NULL) {
            path = json_builder_object(builder);
            json_builder_set(builder, paths, route->path, path); /* which still holds it */
        }
        for (i = 0; route->method[i] != '\0' && i + 1 < sizeof method; i++)
            method[i] = (char)(route->method[i] - 'A' + 'a');
        method[i] = '\0';
        json_builder_set(builder, path, method, operation_value(builder, route));
    }
    return paths;
}

/* ---- the document ---- */

static json_t *components_value(struct json_builder *builder)
{
    json_t *object = json_builder_object(builder), *schemas = embedded(builder, feed_json_schemas);
    json_t *responses = json_builder_object(builder), *security = json_builder_object(builder);
    json_t *scheme = typed_value(builder, "http");

    add_report_schemas(builder, schemas);
    json_builder_set(builder, responses, "Failure",
                     response_value(builder, "There is no answer, and why", content_value(builder, "Error", NULL)));
    json_builder_set(builder, scheme, "scheme", json_builder_string(builder, "bearer"));
    json_builder_set(
        builder, scheme, "description",
        json_builder_string(builder, "A token of driftline-collector; its rights must include `x-rights`."));
    json_builder_set(builder, security, "token", scheme);
    json_builder_set(builder, object, "schemas", schemas);
    json_builder_set(builder, object, "responses", responses);
    json_builder_set(builder, object, "securitySchemes", security);
    return object;
}

static json_t *info_value(struct json_builder *builder)
{
    json_t *object = json_builder_object(builder), *license = json_builder_object(builder);

    json_builder_set(builder, license, "name", json_builder_string(builder, "Apache-2.0"));
    json_builder_set(builder, license, "identifier", json_builder_string(builder, "Apache-2.0"));
    json_builder_set(builder, object, "title", json_builder_string(builder, "Driftline collector"));
    json_builder_set(builder, object, "version", json_builder_string(builder, DRIFTLINE_VERSION));
    json_builder_set(builder, object, "summary",
                     json_builder_string(builder, "The schemas of all databases, and what became of them"));
    json_builder_set(builder, object, "license", license);
    return object;
}

enum error_code openapi_write(struct buffer *output, struct error *error)
{
    struct json_builder builder = {0};
    json_t *document = json_builder_object(&builder), *servers = json_builder_array(&builder);
    json_t *server = json_builder_object(&builder);

    json_builder_set(&builder, server, "url", json_builder_string(&builder, "/"));
    json_builder_append(&builder, servers, server);
    json_builder_set(&builder, document, "openapi", json_builder_string(&builder, "3.1.0"));
    json_builder_set(&builder, document, "info", info_value(&builder));
    json_builder_set(&builder, document, "servers", servers);
    json_builder_set(&builder, document, "paths", paths_value(&builder));
    json_builder_set(&builder, document, "components", components_value(&builder));
    return json_builder_write(&builder, document, output, error);
}
