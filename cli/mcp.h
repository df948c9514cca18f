/* cli/mcp.h - the Model Context Protocol: what Driftline knows, as tools that an assistant's program may call.
 *
 * One line of JSON is one message (JSON-RPC 2.0); mcp_answer() takes one and says what to answer. Tools are rows of a
 * table (mcp_tools.c): most of them are one question to the collector, whose parameters are the tool's arguments. What
 * changes something is neither listed nor done unless that was allowed.
 *
 * Messages are foreign bytes: whatever they are, the answer is an answer of the protocol. Arguments are held against
 * the table before anything is asked. Only references of the collector can be read, and those that were named when the
 * server was started.
 *
 * Threads: one.
 */
#ifndef DRIFTLINE_CLI_MCP_H
#define DRIFTLINE_CLI_MCP_H

#include <jansson.h>
#include <stdbool.h>

#include "cli/command.h"

enum {
    MCP_LINE_LIMIT = 1024 * 1024,  /* bytes of one message */
    MCP_ANSWER_LIMIT = 1024 * 1024 /* bytes of what one tool answers */
};

struct mcp {
    const struct call *call; /* its operands are the references that may be read */
    bool allow_write;
};

/* Append the answer to one message, with its line feed; nothing when it wants none. */
enum error_code mcp_answer(const struct mcp *mcp, struct text line, struct buffer *output,
                           struct error *error) MUST_CHECK;

/* ---- tools ---- */

enum mcp_argument_type { MCP_TEXT, MCP_NUMBER, MCP_FLAG };

struct mcp_argument {
    const char *name; /* NULL ends */
    enum mcp_argument_type type;
    bool required;
    const char *description;
};

struct mcp_tool {
    const char *name; /* NULL ends */
    const char *title;
    const char *description;
    bool writes;
    const struct mcp_argument *arguments;
    const char *question; /* the collector's answer to GET of this, with the arguments as parameters; NULL: `run` */

    /* Answer with a JSON object. The arguments are as the table says. */
    enum error_code (*run)(const struct mcp *mcp, const json_t *arguments, json_t **ret_result, struct error *error);
};

extern const struct mcp_tool mcp_tools[];

/* Those that are no plain question. */
enum error_code mcp_diff(const struct mcp *mcp, const json_t *arguments, json_t **ret_result, struct error *error);
enum error_code mcp_show_object(const struct mcp *mcp, const json_t *arguments, json_t **ret_result,
                                struct error *error);
enum error_code mcp_search_objects(const struct mcp *mcp, const json_t *arguments, json_t **ret_result,
                                   struct error *error);
enum error_code mcp_lint(const struct mcp *mcp, const json_t *arguments, json_t **ret_result, struct error *error);
enum error_code mcp_acknowledge(const struct mcp *mcp, const json_t *arguments, json_t **ret_result,
                                struct error *error);
enum error_code mcp_waive(const struct mcp *mcp, const json_t *arguments, json_t **ret_result, struct error *error);
enum error_code mcp_run_gate(const struct mcp *mcp, const json_t *arguments, json_t **ret_result, struct error *error);

/* Ask the collector, and take the answer apart. `body` is released; NULL: none is sent. */
enum error_code mcp_ask(const struct mcp *mcp, const char *method, const char *target, json_t *body,
                        json_t **ret_answer, struct error *error) MUST_CHECK;

/* Read the schema of a reference, if it may be read. The snapshot is the caller's. */
enum error_code mcp_read(const struct mcp *mcp, const char *reference, struct snapshot **ret_snapshot,
                         struct error *error) MUST_CHECK;

/* An argument; the text of an empty string, 0 or false when it was not given. */
const char *mcp_text(const json_t *arguments, const char *name);
json_int_t mcp_number(const json_t *arguments, const char *name);

#endif
