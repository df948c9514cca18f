/* sink_sender SINK.json MESSAGE.json [remote=JSON] [attempt=N] [step=N] [now=TIME] [memory=JSON] [show]
 *
 * Sends a message to a sink as the notifier does, with all its steps, and prints what became of it as one line of JSON:
 * {"outcome": "sent", "steps": 1, "status": 202, "retry_after_us": 0, "remote": "…", "problem": "…", "hint": "…"}
 * With `show` nothing is sent: the request of the step is printed. Exit status 0 unless it was used wrongly.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "collector/notify/sinks/sample.h"
#include "notify/transport.h"

enum { FILE_LIMIT = 1024 * 1024, ARENA_LIMIT = 64 * 1024 * 1024, STEPS_LIMIT = 40 };

static struct arena arena;

static _Noreturn void fail(const struct error *error)
{
    fprintf(stderr, "sink_sender: %s\n", error->message);
    exit(2);
}

static struct text read_file(const char *path)
{
    struct text content = {0};
    struct error error = {0};

    if (file_read(path, FILE_LIMIT, &arena, &content, &error) != ERROR_NONE)
        fail(&error);
    return content;
}

static void check_sink(const struct sink *sink)
{
    struct error error = {0};
    const char *key = "";

    if (sink->kind->check(sink, &key, &error) == ERROR_NONE)
        return;
    fprintf(stderr, "sink_sender: %s: %s\n", key, error.message);
    exit(2);
}

/* What came of a request; false: nothing came back, and the problem says why. */
static bool carry_out(struct transport *transport, const struct sink *sink, struct sink_request *request,
                      struct transport_result *ret_result)
{
    struct error error = {0};

    if (transport_start(transport, sink, request, NULL, &error) != ERROR_NONE)
        fail(&error);
    while (!transport_next(transport, ret_result))
        if (transport_wait(transport, -1, 1000, &error) != ERROR_NONE)
            fail(&error);
    return ret_result->problem.code == ERROR_NONE;
}

static enum sink_outcome finish(const struct sink_attempt *attempt, const struct transport_result *result,
                                struct text *ret_remote, struct error *problem)
{
    if (attempt->sink->kind->finish == NULL)
        return sink_finish(&result->answer, problem);
    return attempt->sink->kind->finish(attempt, &result->answer, ret_remote, problem);
}

static void print(enum sink_outcome outcome, const struct sink_attempt *attempt, const struct transport_result *result,
                  struct text remote, const struct error *problem)
{
    static const char *const names[] = {
        [SINK_SENT] = "sent", [SINK_NEXT] = "next", [SINK_AGAIN] = "again", [SINK_DEAD] = "dead"};
    bool is_problem = outcome != SINK_SENT;
    json_t *line =
        json_pack("{s:s, s:i, s:i, s:I, s:s%, s:s, s:s}", "outcome", names[outcome], "steps", (int)attempt->step + 1,
                  "status", (int)result->answer.status, "retry_after_us", (json_int_t)result->answer.retry_after_us,
                  "remote", remote.length == 0 ? "" : remote.bytes, remote.length, "problem",
                  is_problem ? problem->message : "", "hint", is_problem ? problem->hint : "");
    char *text = json_dumps(line, JSON_COMPACT);

    puts(text);
    free(text);
    json_decref(line);
}

static void run(struct sink_attempt *attempt)
{
    struct transport *transport = NULL;
    struct transport_result result = {0};
    struct error problem = {0};
    struct text remote = attempt->remote;
    enum sink_outcome outcome = SINK_NEXT;

    if (transport_new(&transport, &problem) != ERROR_NONE)
        fail(&problem);
    for (; outcome == SINK_NEXT && attempt->step < STEPS_LIMIT; attempt->step += outcome == SINK_NEXT) {
        struct sink_request request = {0};

        buffer_clear(&result.body);
        if (attempt->sink->kind->prepare(attempt, &request, &problem) != ERROR_NONE)
            fail(&problem);
        if (carry_out(transport, attempt->sink, &request, &result)) {
            outcome = finish(attempt, &result, &remote, &problem);
        } else {
            problem = result.problem;
            outcome = SINK_AGAIN;
        }
    }
    print(outcome, attempt, &result, remote, &problem);
    buffer_clear(&result.body);
    transport_free(transport);
}

static void show(const struct sink_attempt *attempt)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};
    struct sink_request request = {0};
    struct error error = {0};

    if (attempt->sink->kind->prepare(attempt, &request, &error) != ERROR_NONE)
        fail(&error);
    sample_show(&shown, &request);
    fwrite(shown.bytes, 1, shown.length, stdout);
    buffer_clear(&request.body);
}

static bool read_option(const char *option, struct sink_attempt *attempt)
{
    if (strncmp(option, "remote=", 7) == 0)
        attempt->remote = text_from(option + 7);
    else if (strncmp(option, "attempt=", 8) == 0)
        attempt->attempt = (uint32_t)strtoul(option + 8, NULL, 10);
    else if (strncmp(option, "step=", 5) == 0)
        attempt->step = (uint32_t)strtoul(option + 5, NULL, 10);
    else if (strncmp(option, "memory=", 7) == 0)
        attempt->memory = json_loads(option + 7, 0, NULL);
    else if (strncmp(option, "now=", 4) == 0)
        return clock_parse(text_from(option + 4), &attempt->now);
    else
        return strcmp(option, "show") == 0;
    return true;
}

int main(int count, char **arguments)
{
    struct sink sink;
    struct message message;
    struct sink_attempt attempt = {.sink = &sink, .message = &message, .attempt = 1, .now = clock_now()};
    bool is_shown = count > 3 && strcmp(arguments[count - 1], "show") == 0;
    struct error error = {0};
    json_t *document = NULL;

    for (int i = 3; i < count; i++)
        if (!read_option(arguments[i], &attempt))
            count = 0;
    if (count < 3) {
        fputs("usage: sink_sender SINK.json MESSAGE.json [remote=JSON] [attempt=N] [step=N] [now=TIME] [memory=JSON] "
              "[show]\n",
              stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    arena_init(&arena, ARENA_LIMIT);
    if (sample_sink(read_file(arguments[1]), &arena, &sink, &error) != ERROR_NONE ||
        message_read(read_file(arguments[2]), &arena, &message, &document, &error) != ERROR_NONE)
        fail(&error);
    check_sink(&sink);
    attempt.arena = &arena;
    if (attempt.memory == NULL)
        attempt.memory = json_object();
    if (is_shown)
        show(&attempt);
    else
        run(&attempt);
    json_decref(attempt.memory);
    json_decref(document);
    arena_free(&arena);
    return 0;
}
