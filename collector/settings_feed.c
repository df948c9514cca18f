/* What the configuration says of the ZeroMQ feed: `listen.feed`, `feed.subscribers`. */
#include <stdio.h>
#include <string.h>

#include "base/config.h"
#include "collector/settings_reading.h"

static enum error_code read_key(const struct settings_reading *reading, const char *value, uint8_t ret_key[KEY_SIZE])
{
    char key[KEY_TEXT_SIZE];
    struct text text;

    if (config_secret(value, reading->arena, &text, reading->error) != ERROR_NONE)
        return reading->error->code;
    if (key_parse(key, text, reading->error) != ERROR_NONE) {
        reading->error->code = ERROR_CONFIG;
        return error_hint(reading->error,
                          "give the subscriber's public key, 40 characters, or file:PATH of its .pub file");
    }
    key_to_bytes(key, ret_key);
    return ERROR_NONE;
}

static enum error_code read_subscriber(const struct settings_reading *reading, unsigned number,
                                       struct door_subscriber *subscribers)
{
    const struct file_subscriber *from = &settings_content(reading)->feed.subscribers[number];
    struct door_subscriber *to = &subscribers[number];
    char key[64];

    snprintf(key, sizeof key, "feed.subscribers.%u.name", number);
    if (settings_name(reading, from->name, "a subscriber", key, &to->name) != ERROR_NONE)
        return reading->error->code;
    for (unsigned i = 0; i < number; i++)
        if (text_equal(subscribers[i].name, to->name)) {
            error_set(reading->error, ERROR_CONFIG, "the subscriber '%s' is there twice", from->name);
            return settings_blame(reading, "%s", key);
        }
    snprintf(key, sizeof key, "feed.subscribers.%u.key", number);
    if (read_key(reading, from->key, to->key) != ERROR_NONE)
        return settings_blame(reading, "%s", key);
    for (unsigned i = 0; i < number; i++)
        if (memcmp(subscribers[i].key, to->key, KEY_SIZE) == 0) {
            error_set(reading->error, ERROR_CONFIG, "the subscribers '%.*s' and '%s' have the same key",
                      TEXT_ARGS(subscribers[i].name), from->name);
            return settings_blame(reading, "%s", key);
        }
    return ERROR_NONE;
}

static enum error_code check_endpoint(const struct settings_reading *reading)
{
    const struct collector_settings *settings = reading->settings;

    if (settings->listen_feed == NULL && settings->subscriber_count > 0) {
        error_set(reading->error, ERROR_CONFIG, "there are subscribers, but no 'listen.feed'");
        error_hint(reading->error, "say where they connect, such as listen: {feed: \"tcp://*:7401\"}");
        return settings_blame(reading, "feed.subscribers");
    }
    if (settings->listen_feed == NULL || strncmp(settings->listen_feed, "tcp://", 6) == 0)
        return ERROR_NONE;
    error_set(reading->error, ERROR_CONFIG, "'%.80s' is not an endpoint for subscribers", settings->listen_feed);
    error_hint(reading->error, "write tcp://HOST:PORT, such as tcp://127.0.0.1:7401 or tcp://*:7401");
    return settings_blame(reading, "listen.feed");
}

enum error_code settings_make_feed(const struct settings_reading *reading)
{
    unsigned count = settings_content(reading)->feed.subscribers_count;
    struct door_subscriber *subscribers = arena_array(reading->arena, count == 0 ? 1 : count, sizeof *subscribers);

    if (subscribers == NULL)
        return settings_no_memory(reading);
    for (unsigned i = 0; i < count; i++)
        if (read_subscriber(reading, i, subscribers) != ERROR_NONE)
            return reading->error->code;
    reading->settings->subscribers = subscribers;
    reading->settings->subscriber_count = count;
    return check_endpoint(reading);
}
