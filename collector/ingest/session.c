#include "ingest/session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/memory.h"

/* A number is a proof that who says it was welcomed, so it must come from the system's own chance. */
static enum error_code make_number(uint64_t *ret_number, struct error *error)
{
    uint64_t number = 0;

    while (number == 0)
        if (getrandom(&number, sizeof number, 0) != sizeof number && errno != EINTR)
            return error_set(error, ERROR_INTERNAL, "beginning a session: %s", strerror(errno));
    *ret_number = number;
    return ERROR_NONE;
}

enum error_code session_new(struct session **ret_session, const struct session_sender *sender, uint32_t count,
                            struct text names, struct error *error)
{
    size_t size = sizeof(struct session) + count * sizeof(struct session_target);
    struct session *session;
    uint64_t number = 0;
    char *name;

    if (make_number(&number, error) != ERROR_NONE)
        return error->code;
    session = mem_alloc(size + names.length);
    if (session == NULL)
        return error_memory(error, "beginning a session");
    memset(session, 0, size);
    session->number = number;
    session->agent = sender->agent;
    session->count = count;
    memcpy(session->peer, sender->peer, SOCKET_PEER_SIZE);
    snprintf(session->address, sizeof session->address, "%.*s", TEXT_ARGS(sender->address));
    name = (char *)session + size;
    if (names.length > 0)
        memcpy(name, names.bytes, names.length);
    for (uint32_t i = 0; i < count; i++, name += strlen(name) + 1)
        session->targets[i].name = name;
    *ret_session = session;
    return ERROR_NONE;
}

void session_free(struct session *session)
{
    if (session == NULL)
        return;
    for (uint32_t i = 0; i < session->count; i++)
        mem_free(session->targets[i].reason);
    mem_free(session);
}

struct session_target *session_target_of(struct session *session, int64_t target)
{
    for (uint32_t i = 0; i < session->count; i++)
        if (session->targets[i].target == target)
            return &session->targets[i];
    return NULL;
}

/* Not in the middle of a character, and as a string: up to the first zero byte. */
static struct text shorten(struct text reason)
{
    size_t length = reason.length == 0 ? 0 : strnlen(reason.bytes, reason.length);

    if (length > SESSION_REASON_LIMIT) {
        length = SESSION_REASON_LIMIT;
        while (length > 0 && ((unsigned char)reason.bytes[length] & 0xc0) == 0x80)
            length--;
    }
    return (struct text){reason.bytes, length};
}

bool session_target_state(struct session_target *target, enum target_state state, struct text reason, bool *ret_changed)
{
    struct text shorter = state == TARGET_FINE ? TEXT("") : shorten(reason);
    char *copy = NULL;

    *ret_changed = target->state != state || !text_equal(text_from(target->reason), shorter);
    if (!*ret_changed)
        return true;
    if (shorter.length > 0) {
        copy = mem_alloc(shorter.length + 1);
        if (copy == NULL)
            return false;
        memcpy(copy, shorter.bytes, shorter.length);
        copy[shorter.length] = '\0';
    }
    mem_free(target->reason);
    target->reason = copy;
    target->state = (uint8_t)state;
    return true;
}
