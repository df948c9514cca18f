#include "cli/actor_text.h"

#include "drift/report_display.h"

static void write_more(struct buffer *buffer, const char *words, struct text more)
{
    if (more.length == 0)
        return;
    buffer_add_string(buffer, words);
    display_text(buffer, more);
}

void actor_write(struct buffer *buffer, const struct answer_actor *who)
{
    bool captured = text_equal(who->evidence, TEXT("captured"));

    if (text_equal(who->evidence, TEXT("unattributed"))) {
        buffer_add_string(buffer, "by nobody that capture saw");
        return;
    }
    if (who->actor.length == 0)
        return;
    buffer_add_string(buffer, captured || who->evidence.length == 0 ? "by " : "perhaps by ");
    display_text(buffer, who->actor);
    write_more(buffer, " as ", who->role);
    write_more(buffer, " with ", who->application);
    if (who->evidence.length > 0) {
        buffer_add_string(buffer, " (");
        display_text(buffer, who->evidence);
        buffer_add_byte(buffer, ')');
    }
}

bool actor_is_same(const struct answer_actor *a, const struct answer_actor *b)
{
    return text_equal(a->actor, b->actor) && text_equal(a->role, b->role) &&
           text_equal(a->application, b->application) && text_equal(a->evidence, b->evidence);
}
