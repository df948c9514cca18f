/* cli/command.h - the commands of `driftline`, and what each of them is given to run.
 *
 * A new command is a `const struct command` and one line in command.c. Its name has one word, or two: then the first
 * is a group, such as `agents` of `agents list`, whose name alone only asks for help; unless there is also a command
 * of that one word, which stands before the others: `gate` beside `gate history`.
 */
#ifndef DRIFTLINE_CLI_COMMAND_H
#define DRIFTLINE_CLI_COMMAND_H

#include <stddef.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"
#include "cli/ref.h"
#include "cli/settings.h"
#include "schema/snapshot.h"

enum { EXIT_FINE = 0, EXIT_DRIFT = 1, EXIT_USAGE = 2, EXIT_UNKNOWN = 3 };

/* One call of a command. Everything lives until it has run. */
struct call {
    const struct command *command;
    struct settings settings;
    const char *const *operands;
    size_t operand_count;
    struct arena *arena;
};

/* What an operand is, for messages and completion. */
enum operand {
    OPERAND_NONE,
    OPERAND_REF,
    OPERAND_OBJECT,
    OPERAND_COMMAND,
    OPERAND_SHELL,
    OPERAND_DATABASE,
    OPERAND_SCOPE,  /* a database, its environment, or an instance of that */
    OPERAND_NAME,   /* of an agent */
    OPERAND_NUMBER, /* of a drift or waiver */
    OPERAND_FILE
};

enum { OPERAND_LIMIT = 2 };

struct command {
    const char *name;    /* "diff", "agents list" */
    const char *syntax;  /* "FROM TO" */
    const char *summary; /* one line, lower case */
    const char *text;    /* what it does, in Markdown that also reads well as text; lines of at most 79 columns */
    const char *const *examples; /* NULL ends */
    enum operand operands[OPERAND_LIMIT];
    size_t fewest_operands;
    bool repeats;                 /* the last operand may be given several times */
    const struct option *options; /* its own; NULL: none */
    bool reads_schemas;           /* settings_reading and settings_asking apply */
    bool reads_databases;         /* settings_reading applies: only a database is spoken with */
    bool asks;                    /* settings_asking applies: only the collector is asked */
    bool compares;                /* settings_comparing applies */
    bool has_project;             /* PROJECT_FILE of the current folder is read when no other file is named */

    /* Do it. Writes results to standard output; ret_status is EXIT_FINE unless set. Failures become one line. */
    enum error_code (*run)(const struct call *call, int *ret_status, struct error *error);
};

extern const struct command command_snapshot;
extern const struct command command_hash;
extern const struct command command_show;
extern const struct command command_diff;
extern const struct command command_fleet;
extern const struct command command_compare;
extern const struct command command_history;
extern const struct command command_snapshots;
extern const struct command command_drift_list;
extern const struct command command_drift_show;
extern const struct command command_drift_ack;
extern const struct command command_drift_reopen;
extern const struct command command_drift_waive;
extern const struct command command_drift_waivers;
extern const struct command command_drift_unwaive;
extern const struct command command_gate;
extern const struct command command_gate_history;
extern const struct command command_verify;
extern const struct command command_contracts;
extern const struct command command_contracts_check;
extern const struct command command_contracts_suggest;
extern const struct command command_events;
extern const struct command command_notify_list;
extern const struct command command_notify_dead;
extern const struct command command_notify_show;
extern const struct command command_notify_replay;
extern const struct command command_notify_test;
extern const struct command command_doctor;
extern const struct command command_agents_list;
extern const struct command command_agents_enroll;
extern const struct command command_agents_revoke;
extern const struct command command_targets_list;
extern const struct command command_targets_forget;
extern const struct command command_capture_install;
extern const struct command command_capture_status;
extern const struct command command_capture_uninstall;
extern const struct command command_docs;
extern const struct command command_codegen;
extern const struct command command_lint;
extern const struct command command_rehearse;
extern const struct command command_publish;
extern const struct command command_syncs_list;
extern const struct command command_syncs_record;
extern const struct command command_mcp;
extern const struct command command_completion;
extern const struct command command_help;

/* All of them, those of a group together; NULL ends. */
extern const struct command *const command_all[];

/* The first word of a name, and the second, which is empty when there is none. */
struct text command_first_word(const struct command *command);
struct text command_second_word(const struct command *command);

/* Whether a command is the first of command_all with its first word. */
bool command_begins_group(const struct command *const *command);

/* Whether there are commands of two words that begin with this one. */
bool command_has_members(struct text group);

/* What the words of a command line begin with. */
struct command_match {
    const struct command *command; /* NULL: only a group */
    struct text group;             /* its name, when command is NULL */
    size_t words;                  /* that were used: 1 or 2 */
};

/* The command or group of the first words; when there is none, ERROR_USAGE with the nearest name as hint. */
enum error_code command_find(struct command_match *ret_match, const char *const *words, size_t count,
                             struct error *error) MUST_CHECK;

enum { COMMAND_TABLES = 6 };

/* The tables of options that a command knows, its own first; NULL ends. */
void command_tables(const struct command *command, const struct option *ret_tables[COMMAND_TABLES]);

/* The name of an operand in messages and syntax: "REF". */
const char *operand_name(enum operand operand);

/* What reading the references of a command needs. */
enum error_code command_ref_settings(const struct call *call, struct ref_settings *ret_settings,
                                     struct error *error) MUST_CHECK;

/* The number that an operand is; `called` says of what, such as "drift". */
enum error_code command_number(const char *operand, const char *called, int64_t *ret_number,
                               struct error *error) MUST_CHECK;

/* Read the one snapshot of a command whose first operand is a REF. */
enum error_code command_read(const struct call *call, struct snapshot **ret_snapshot, struct error *error) MUST_CHECK;

/* Refuse an --output that would replace what is read, or an SQLite database: a slip of the hand must not cost data. */
enum error_code command_check_output(const struct call *call, struct error *error) MUST_CHECK;

/* For CLEANUP. */
void snapshot_freep(struct snapshot **snapshot);

/* Say on standard error, in one line, what a snapshot does not cover; nothing when it covers all. */
void command_warn_gaps(const struct snapshot *snapshot);

#endif
