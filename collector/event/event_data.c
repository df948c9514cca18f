#include "event/event_data.h"

static json_t *load(struct text json, json_error_t *problem)
{
    *problem = (json_error_t){.line = 0};
    return json_loadb(json.length == 0 ? "" : json.bytes, json.length, JSON_REJECT_DUPLICATES, problem);
}

enum error_code event_data_read(struct text json, const char *doing, json_t **ret_value, struct error *error)
{
    json_error_t problem;
    json_t *value = load(json, &problem);

    if (value == NULL) {
        value = load(json, &problem);
        if (value != NULL || problem.text[0] == '\0' || json_error_code(&problem) == json_error_out_of_memory) {
            json_decref(value);
            return error_memory(error, doing);
        }
        return error_set(error, ERROR_CORRUPT, "%s: it is no JSON: %s", doing, problem.text);
    }
    *ret_value = value;
    return ERROR_NONE;
}
