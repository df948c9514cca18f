#include <errno.h>
#include <unistd.h>

#include "cli/mcp.h"
#include "cli/output.h"

#define AT(member) offsetof(struct settings, member)

enum { CHUNK = 64 * 1024 };

static const struct option options[] = {
    {"allow-write", 0, OPTION_FLAG, AT(allow_write), NULL, NULL, NULL, NULL, 0, 0,
     "also offer tools that change something at the collector: acknowledge, waive, ask the gate for the record"},
    {0},
};

/* What has come of the messages. */
struct hearing {
    const struct mcp *mcp;
    struct buffer line;
    bool too_long; /* the rest of this line is passed over */
};

static enum error_code answer_line(struct hearing *hearing, struct error *error)
{
    struct text line = hearing->too_long ? TEXT("(too long)") : buffer_text(&hearing->line);
    CLEANUP(buffer_clear) struct buffer output;

    buffer_init(&output);
    while (line.length > 0 && line.bytes[line.length - 1] == '\r')
        line.length--;
    if (line.length > 0 && mcp_answer(hearing->mcp, line, &output, error) != ERROR_NONE)
        return error->code;
    buffer_reset(&hearing->line);
    hearing->too_long = false;
    return output.length == 0 ? ERROR_NONE : output_write(NULL, &output, error);
}

static enum error_code hear(struct hearing *hearing, const char *bytes, size_t length, struct error *error)
{
    while (length > 0) {
        const char *end = memchr(bytes, '\n', length);
        size_t piece = end == NULL ? length : (size_t)(end - bytes);

        hearing->too_long = hearing->too_long || hearing->line.length + piece > MCP_LINE_LIMIT;
        if (!hearing->too_long)
            buffer_add(&hearing->line, bytes, piece);
        if (buffer_check(&hearing->line, error, "hearing a message") != ERROR_NONE ||
            (end != NULL && answer_line(hearing, error) != ERROR_NONE))
            return error->code;
        piece += end != NULL;
        bytes += piece;
        length -= piece;
    }
    return ERROR_NONE;
}

/* Until there is nothing more to hear, or nobody who hears the answers. */
static enum error_code serve(struct hearing *hearing, struct error *error)
{
    static char chunk[CHUNK];

    for (;;) {
        ssize_t got = read(STDIN_FILENO, chunk, sizeof chunk);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set(error, ERROR_IO, "reading standard input: %s", strerror(errno));
        if (got == 0)
            return hearing->line.length > 0 ? answer_line(hearing, error) : ERROR_NONE;
        if (hear(hearing, chunk, (size_t)got, error) != ERROR_NONE)
            return error->code;
        if (output_has_no_reader())
            return ERROR_NONE;
    }
}

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    const struct mcp mcp = {call, call->settings.allow_write};
    struct hearing hearing = {.mcp = &mcp};
    enum error_code code;

    (void)ret_status;
    buffer_init(&hearing.line);
    code = serve(&hearing, error);
    buffer_clear(&hearing.line);
    return code;
}

static const char *const examples[] = {
    "driftline mcp --collector https://driftline.example --token file:token",
    "driftline mcp sqlite:app.db",
    NULL,
};

const struct command command_mcp = {
    .name = "mcp",
    .syntax = "[REF]...",
    .summary = "answer an assistant's program (MCP)",
    .text = "Speaks the Model Context Protocol on standard input and output, one message of\n"
            "JSON a line, until standard input ends: a program that helps people with\n"
            "databases can then list them, compare environments, ask what changed and who\n"
            "did it, show and search objects, ask the gate, look at contracts and check a\n"
            "statement before it runs.\n"
            "\n"
            "It can read what the collector has, and each REF that is given here, nothing\n"
            "else. Without `--allow-write` it changes nothing; what it may do at the\n"
            "collector at all, the token decides.\n",
    .examples = examples,
    .operands = {OPERAND_REF},
    .fewest_operands = 0,
    .repeats = true,
    .options = options,
    .reads_schemas = true,
    .compares = true,
    .has_project = true,
    .run = run,
};
