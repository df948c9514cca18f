#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/hash.h"
#include "cli/asking.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "cli/verify.h"

#define AT(member) offsetof(struct settings, member)

enum {
    LONGEST_WAIT_MS = 24 * 3600 * 1000,
    FIRST_PAUSE_MS = 200, /* between two questions; each time twice as long */
    LONGEST_PAUSE_MS = 5000
};

static const struct option options[] = {
    {"root", 0, OPTION_TEXT, AT(root), "HASH", NULL, NULL, NULL, 0, 0,
     "what it must be: the 64 digits that `driftline gate --pin` prints"},
    {"wait", 0, OPTION_DURATION, AT(wait_ms), "TIME", NULL, NULL, NULL, 1, LONGEST_WAIT_MS,
     "ask again and again until it is so, but no longer than this"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0,
     "print as; json is the collector's last answer as it came"},
    {0},
};

/* What is asked, and what was answered last. */
struct verification {
    const struct call *call;
    const char *target; /* of the question */
    struct buffer answer;
    struct answer_verify verify;
    struct arena arena; /* of the last answer */
    int64_t deadline;   /* by clock_elapsed() */
    struct error error; /* why there is no answer, when there is none; else its code is ERROR_NONE */
    bool visible;       /* the line that tells how it stands */
};

static void verification_clear(struct verification *verification)
{
    buffer_clear(&verification->answer);
    arena_free(&verification->arena);
}

/* Ask once. */
static enum error_code ask(struct verification *verification)
{
    struct call call = *verification->call;

    arena_free(&verification->arena);
    buffer_reset(&verification->answer);
    verification->error = (struct error){0};
    verification->verify = (struct answer_verify){.verdict = VERDICT_UNKNOWN};
    call.arena = &verification->arena;
    if (asking_send(&call, "GET", verification->target, NULL, &verification->answer, &verification->error) !=
        ERROR_NONE)
        return verification->error.code;
    return asking_read(&call, &verification->answer, &answer_verify_shape, &verification->verify, &verification->error);
}

/* A collector that is being restarted is no reason to give up while there is time. */
static bool may_pass(enum error_code code)
{
    return code == ERROR_CONNECT || code == ERROR_TIMEOUT || code == ERROR_FULL;
}

/* ---- waiting ---- */

static void show(struct verification *verification, int64_t now)
{
    size_t width = terminal_width(STDERR_FILENO);
    CLEANUP(buffer_clear) struct buffer line;

    buffer_init(&line);
    buffer_printf(&line, "waiting for another %llds: ", (long long)((verification->deadline - now) / 1000000));
    if (verification->error.code != ERROR_NONE)
        terminal_write(&line, text_from(verification->error.message));
    else
        verify_write_state(&line, &verification->verify);
    while (width > 1 && line.length >= width)
        line.length--;
    while (line.length > 0 && !text_is_utf8(buffer_text(&line)))
        line.length--;
    fprintf(stderr, "\r%.*s\33[K", TEXT_ARGS(buffer_text(&line)));
    verification->visible = true;
}

static void hide(struct verification *verification)
{
    if (verification->visible)
        fprintf(stderr, "\r\33[K");
    verification->visible = false;
}

static void pause_for(int64_t milliseconds)
{
    const struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};

    nanosleep(&time, NULL);
}

/* Ask until it is so, or time is over. */
static enum error_code wait_for(struct verification *verification)
{
    bool interactive = terminal_is_interactive(STDERR_FILENO);
    int64_t pause = FIRST_PAUSE_MS;

    for (;;) {
        enum error_code code = ask(verification);
        int64_t now = clock_elapsed();
        int64_t left = (verification->deadline - now) / 1000;

        if (left <= 0 || (code == ERROR_NONE && verification->verify.verdict == VERDICT_IN_SYNC) ||
            (code != ERROR_NONE && !may_pass(code))) {
            hide(verification);
            return code;
        }
        if (interactive)
            show(verification, now);
        pause_for(left < pause ? left : pause);
        pause = pause * 2 < LONGEST_PAUSE_MS ? pause * 2 : LONGEST_PAUSE_MS;
    }
}

/* ---- the command ---- */

static enum error_code write_question(struct buffer *target, const struct call *call, struct error *error)
{
    const char *root = call->settings.root;
    struct reference scope;
    struct hash ignored;

    if (reference_parse_scope(&scope, text_from(call->operands[0]), error) != ERROR_NONE)
        return error->code;
    if (scope.environment.length == 0) {
        error_set(error, ERROR_USAGE, "'%.200s' names no environment", call->operands[0]);
        return error_hint(error, "write DATABASE@ENVIRONMENT, such as %.80s@prod", call->operands[0]);
    }
    if (root == NULL || !hash_from_hex(text_from(root), &ignored)) {
        error_set(error, ERROR_USAGE, "%s",
                  root == NULL ? "'driftline verify' needs '--root'"
                               : "option '--root' is not the 64 digits of a root");
        return error_hint(error, "'driftline gate --pin' prints the root that was approved, 'driftline hash' any");
    }
    buffer_add_string(target, "/api/v1/verify");
    collector_add_parameter(target, "target", text_from(call->operands[0]));
    collector_add_parameter(target, "root", text_from(root));
    return buffer_check(target, error, "asking the collector");
}

static enum error_code print(const struct verification *verification, struct error *error)
{
    const struct call *call = verification->call;
    const struct table_style style = asking_style(call);
    CLEANUP(buffer_clear) struct buffer output;

    buffer_init(&output);
    if (call->settings.format == FORMAT_JSON)
        return asking_print_answer(&verification->answer, error);
    verify_write(&output, &verification->verify, &style, call->arena, clock_now());
    return output_write(NULL, &output, error);
}

/* It is so only if that is said of what was asked for. */
static enum error_code check(const struct verification *verification, struct error *error)
{
    const struct answer_verify *verify = &verification->verify;
    const struct settings *settings = &verification->call->settings;

    if (verify->verdict == VERDICT_IN_SYNC &&
        (!text_equal(verify->target, text_from(verification->call->operands[0])) ||
         verify->root.length != strlen(settings->root) || strcasecmp(verify->root.bytes, settings->root) != 0 ||
         verify->changes.count > 0))
        return error_set(error, ERROR_PROTOCOL,
                         "'%.200s': the answer makes no sense: it is about something else than was asked for",
                         settings->collector);
    return ERROR_NONE;
}

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    static const int statuses[] = {
        [VERDICT_IN_SYNC] = EXIT_FINE, [VERDICT_DRIFTED] = EXIT_DRIFT, [VERDICT_UNKNOWN] = EXIT_UNKNOWN};
    CLEANUP(verification_clear) struct verification verification = {.call = call};
    CLEANUP(buffer_clear) struct buffer target;

    buffer_init(&target);
    buffer_init(&verification.answer);
    arena_init(&verification.arena, call->arena->limit);
    if (write_question(&target, call, error) != ERROR_NONE)
        return error->code;
    verification.target = target.bytes;
    verification.deadline = clock_elapsed() + (int64_t)call->settings.wait_ms * 1000;
    if (wait_for(&verification) != ERROR_NONE) {
        *error = verification.error;
        return error->code;
    }
    if (check(&verification, error) != ERROR_NONE || print(&verification, error) != ERROR_NONE)
        return error->code;
    *ret_status = statuses[verification.verify.verdict];
    return ERROR_NONE;
}

static const char *const examples[] = {
    "driftline verify orders@prod --root 0c5f…  # 64 digits",
    "driftline verify orders@prod --root \"$ROOT\" --wait 10m",
    NULL,
};

const struct command command_verify = {
    .name = "verify",
    .syntax = "TARGET --root HASH",
    .summary = "prove that what was approved is what is there",
    .text = "TARGET is an environment, or one instance of it: `orders@prod` or\n"
            "`orders@prod/eu-1`. Every instance of it must be what HASH names, compared\n"
            "under the collector's own patterns. Says which run of the gate approved HASH,\n"
            "and what differs.\n"
            "\n"
            "With `--wait` it asks again until it is so or the time is over: migrations take\n"
            "a while, and an agent looks only now and then. A collector that is away for a\n"
            "moment is waited for, too.\n"
            "\n"
            "Exits with 0 when it is so, with 1 when something differs, and with 3 when that\n"
            "is not known: a side is stale, or the collector does not have what HASH names.\n",
    .examples = examples,
    .operands = {OPERAND_SCOPE},
    .fewest_operands = 1,
    .options = options,
    .asks = true,
    .run = run,
};
