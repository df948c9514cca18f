#include "publish/git_program.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <openssl/evp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/program.h"

static const char doing[] = "running git";

enum {
    VARIABLE_LIMIT = 80,
    SETTING_LIMIT = 24,
    LOOK_EVERY_MS = 100,
    ERRORS_LIMIT = 64 * 1024,
    SECRET_MEMORY = 256 * 1024
};

struct git_program {
    const struct publish_opening *opening;
    struct arena arena; /* holds the token */
    const char *folder;
    char *variables[VARIABLE_LIMIT + 1];
    size_t variable_count;
    size_t setting_count;
    bool failed; /* memory ran out while variables were set */
};

/* ---- what it is given ---- */

static void set_variable(struct git_program *program, const char *name, const char *value)
{
    char *line = arena_printf(&program->arena, "%s=%s", name, value);

    program->failed = program->failed || line == NULL || program->variable_count == VARIABLE_LIMIT;
    if (!program->failed)
        program->variables[program->variable_count++] = line;
}

/* A setting of git, which takes precedence over those of its user. */
static void set_setting(struct git_program *program, const char *key, const char *value)
{
    char name[32];

    snprintf(name, sizeof name, "GIT_CONFIG_KEY_%zu", program->setting_count);
    set_variable(program, name, key);
    snprintf(name, sizeof name, "GIT_CONFIG_VALUE_%zu", program->setting_count++);
    set_variable(program, name, value);
}

static void pass_on(struct git_program *program)
{
    static const char *const names[] = {"PATH",         "HOME",        "USER",     "LOGNAME",     "XDG_CONFIG_HOME",
                                        "TMPDIR",       "HTTPS_PROXY", "NO_PROXY", "https_proxy", "no_proxy",
                                        "SSH_AUTH_SOCK"};

    for (size_t i = 0; i < LENGTH_OF(names); i++)
        if (getenv(names[i]) != NULL)
            set_variable(program, names[i], getenv(names[i]));
    set_variable(program, "GIT_SSH_COMMAND",
                 getenv("GIT_SSH_COMMAND") != NULL ? getenv("GIT_SSH_COMMAND") : "ssh -oBatchMode=yes");
}

static void set_fixed(struct git_program *program)
{
    static const char *const variables[][2] = {
        {"LC_ALL", "C"},
        {"GIT_TERMINAL_PROMPT", "0"},
        {"GIT_ASKPASS", "false"},
        {"GIT_ALLOW_PROTOCOL", "file:https:ssh"},
        {"GIT_OPTIONAL_LOCKS", "0"},
        {"GIT_NO_REPLACE_OBJECTS", "1"},
    };
    static const char *const settings[][2] = {
        {"core.hooksPath", "/dev/null"},     {"core.fsmonitor", "false"},       {"gc.auto", "0"},
        {"maintenance.auto", "false"},       {"fetch.recurseSubmodules", "no"}, {"push.recurseSubmodules", "no"},
        {"push.gpgSign", "false"},           {"push.followTags", "false"},      {"http.followRedirects", "false"},
        {"credential.interactive", "never"},
    };

    for (size_t i = 0; i < LENGTH_OF(variables); i++)
        set_variable(program, variables[i][0], variables[i][1]);
    for (size_t i = 0; i < LENGTH_OF(settings); i++)
        set_setting(program, settings[i][0], settings[i][1]);
}

static void set_author(struct git_program *program)
{
    const struct publish_target *target = program->opening->target;
    const char *name = target->author_name == NULL ? "driftline" : target->author_name;
    const char *email = target->author_email == NULL ? "driftline@localhost" : target->author_email;

    set_variable(program, "GIT_AUTHOR_NAME", name);
    set_variable(program, "GIT_AUTHOR_EMAIL", email);
    set_variable(program, "GIT_COMMITTER_NAME", name);
    set_variable(program, "GIT_COMMITTER_EMAIL", email);
}

/* As the password of a user whose name no host looks at, for this repository only. */
static enum error_code set_token(struct git_program *program, struct error *error)
{
    const struct publish_target *target = program->opening->target;
    struct text token;
    char *pair, *base64, *line, *key;

    if (target->token == NULL)
        return ERROR_NONE;
    if (config_secret(target->token, &program->arena, &token, error) != ERROR_NONE)
        return error_context(error, "the token of '%s'", target->name);
    pair = arena_printf(&program->arena, "x-access-token:%.*s", TEXT_ARGS(token));
    base64 = pair == NULL ? NULL : arena_alloc(&program->arena, strlen(pair) / 3 * 4 + 8);
    if (base64 == NULL)
        return arena_error(&program->arena, error, doing);
    EVP_EncodeBlock((unsigned char *)base64, (const unsigned char *)pair, (int)strlen(pair));
    line = arena_printf(&program->arena, "Authorization: Basic %s", base64);
    key = arena_printf(&program->arena, "http.%s.extraHeader", target->repository);
    if (line == NULL || key == NULL)
        return arena_error(&program->arena, error, doing);
    set_setting(program, key, line);
    return ERROR_NONE;
}

static enum error_code set_environment(struct git_program *program, struct error *error)
{
    const struct publish_target *target = program->opening->target;
    char count[16];
    const char *repository = arena_printf(&program->arena, "%s/repository", program->folder);

    if (repository == NULL)
        return arena_error(&program->arena, error, doing);
    pass_on(program);
    set_fixed(program);
    set_author(program);
    set_variable(program, "GIT_DIR", repository);
    if (target->ca != NULL)
        set_setting(program, "http.sslCAInfo", target->ca);
    if (set_token(program, error) != ERROR_NONE)
        return error->code;
    snprintf(count, sizeof count, "%zu", program->setting_count);
    set_variable(program, "GIT_CONFIG_COUNT", count);
    return program->failed ? error_memory(error, doing) : ERROR_NONE;
}

/* ---- opening and closing ---- */

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    remove(path);
    return 0;
}

void git_program_close(struct git_program *program)
{
    if (program == NULL)
        return;
    if (program->folder != NULL)
        nftw(program->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    arena_erase(&program->arena);
    mem_free(program);
}

static void program_closep(struct git_program **program)
{
    git_program_close(*program);
}

enum error_code git_program_open(struct git_program **ret_program, const struct publish_opening *opening,
                                 struct error *error)
{
    CLEANUP(program_closep) struct git_program *program = mem_alloc(sizeof *program);
    const char *temporary = getenv("TMPDIR");
    char *folder;

    if (program == NULL)
        return error_memory(error, doing);
    *program = (struct git_program){.opening = opening};
    arena_init(&program->arena, SECRET_MEMORY);
    folder = arena_printf(&program->arena, "%s/driftline-publish-XXXXXX",
                          temporary == NULL || temporary[0] != '/' ? "/tmp" : temporary);
    if (folder == NULL)
        return arena_error(&program->arena, error, doing);
    if (mkdtemp(folder) == NULL)
        return error_set(error, ERROR_IO, "a folder for git: '%.300s': %s", folder, strerror(errno));
    program->folder = folder;
    if (set_environment(program, error) != ERROR_NONE)
        return error->code;
    *ret_program = program;
    program = NULL;
    return ERROR_NONE;
}

bool git_program_is_shallow(const struct git_program *program)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/repository/shallow", program->folder);
    return access(path, F_OK) == 0;
}

/* ---- running ---- */

struct running {
    struct git_program *program;
    pid_t process;
    int input;
    int output[2];
    int errors;
    int status;
};

static void running_clear(struct running *running)
{
    if (running->process > 0)
        program_kill(running->process);
    program_close(&running->input);
    program_close(&running->output[0]);
    program_close(&running->output[1]);
    program_close(&running->errors);
}

/* A file without a name: what it reads, and what it has to say. */
static int anonymous(const struct git_program *program)
{
    char path[4096];
    int file;

    snprintf(path, sizeof path, "%s/XXXXXX", program->folder);
    file = mkostemp(path, O_CLOEXEC);
    if (file >= 0)
        unlink(path);
    return file;
}

static bool write_all(int file, struct text bytes)
{
    while (bytes.length > 0) {
        ssize_t written = write(file, bytes.bytes, bytes.length);

        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0)
            bytes = (struct text){bytes.bytes + written, bytes.length - (size_t)written};
    }
    return lseek(file, 0, SEEK_SET) == 0;
}

static enum error_code prepare(struct running *running, struct text input, struct error *error)
{
    running->input = anonymous(running->program);
    running->errors = anonymous(running->program);
    if (running->input < 0 || running->errors < 0 || !write_all(running->input, input) ||
        pipe2(running->output, O_CLOEXEC) != 0)
        return error_set(error, ERROR_IO, "running git: %s", strerror(errno));
    return ERROR_NONE;
}

static enum error_code start(struct running *running, const char *const *given, struct error *error)
{
    const char *arguments[GIT_ARGUMENT_LIMIT + 2] = {"git"};
    size_t count = 1;
    int failed;

    for (; *given != NULL && count <= GIT_ARGUMENT_LIMIT; given++)
        arguments[count++] = *given;
    failed = program_start(&running->process, &(const struct program_start){.arguments = (char *const *)arguments,
                                                                            .environment = running->program->variables,
                                                                            .input = running->input,
                                                                            .output = running->output[1],
                                                                            .errors = running->errors});
    program_close(&running->output[1]);
    if (failed == 0)
        return ERROR_NONE;
    error_set(error, ERROR_NOT_FOUND, "git cannot be run: %s", strerror(failed));
    return error_hint(error, "'host: git' needs the program git");
}

/* Until its output ends. */
static enum error_code listen(struct running *running, struct buffer *output, struct error *error)
{
    const struct publish_opening *opening = running->program->opening;
    struct pollfd file = {.fd = running->output[0], .events = POLLIN};
    char bytes[16 * 1024];

    for (;;) {
        ssize_t length;

        if (opening->is_given_up != NULL && opening->is_given_up())
            return error_set(error, ERROR_TIMEOUT, "it was given up");
        if (clock_elapsed() >= opening->ends_at) {
            error_set(error, ERROR_TIMEOUT, "git takes longer than %u ms", opening->target->timeout_ms);
            return error_hint(error, "raise 'timeout'");
        }
        if (poll(&file, 1, LOOK_EVERY_MS) <= 0)
            continue;
        length = read(file.fd, bytes, sizeof bytes);
        if (length < 0 && errno == EINTR)
            continue;
        if (length <= 0)
            return ERROR_NONE;
        if (output == NULL)
            continue;
        if (output->length + (size_t)length > GIT_OUTPUT_LIMIT)
            return error_set(error, ERROR_LIMIT, "git says more than %d bytes", GIT_OUTPUT_LIMIT);
        buffer_add(output, bytes, (size_t)length);
    }
}

/* What comes of the net, and of somebody who was faster. */
static bool may_pass(const char *said)
{
    static const char *const signs[] = {"Could not resolve host",
                                        "Connection ",
                                        "timed out",
                                        "early EOF",
                                        "hung up",
                                        "RPC failed",
                                        "error: 5",
                                        "error: 429",
                                        "cannot lock ref",
                                        "stale info",
                                        "Failed to connect",
                                        "fetch first",
                                        "Temporary failure",
                                        "couldn't find remote ref"};

    for (size_t i = 0; i < LENGTH_OF(signs); i++)
        if (strcasestr(said, signs[i]) != NULL)
            return true;
    return false;
}

/* The line of what it said that says most: the first that is an error. */
static struct text chief_line(const char *said)
{
    static const char *const begins[] = {"fatal: ", "error: ", "remote: error: "};

    for (size_t i = 0; i < LENGTH_OF(begins); i++) {
        const char *line = strstr(said, begins[i]);

        if (line != NULL)
            return (struct text){line + strlen(begins[i]), strcspn(line + strlen(begins[i]), "\n")};
    }
    return (struct text){said, strcspn(said, "\n")};
}

static enum error_code complain(struct running *running, const struct buffer *output, const char *what,
                                struct error *error)
{
    char said[ERRORS_LIMIT];
    ssize_t length = pread(running->errors, said, sizeof said - 1, 0);
    bool passes;
    struct text line;

    said[length > 0 ? length : 0] = '\0';
    passes = may_pass(said) || (output != NULL && output->bytes != NULL && may_pass(output->bytes));
    line = chief_line(said);
    running->program->opening->trouble->passes = passes;
    return error_set(error, passes ? ERROR_CONNECT : ERROR_QUERY, "git %s: %.*s", what,
                     (int)(line.length > 300 ? 300 : line.length), line.bytes);
}

enum error_code git_program_run(struct git_program *program, const struct git_run *run, struct buffer *output,
                                int *ret_status, struct error *error)
{
    CLEANUP(running_clear)
    struct running running = {.program = program, .input = -1, .output = {-1, -1}, .errors = -1};

    *program->opening->trouble = (struct publish_trouble){0};
    if (prepare(&running, run->input, error) != ERROR_NONE || start(&running, run->arguments, error) != ERROR_NONE ||
        listen(&running, output, error) != ERROR_NONE)
        return error->code;
    running.status = program_wait(running.process);
    running.process = 0;
    if (output != NULL && buffer_check(output, error, doing) != ERROR_NONE)
        return error->code;
    if (running.status != 0 && !(run->is_question && running.status == 1))
        return complain(&running, output, run->arguments[0], error);
    *ret_status = running.status;
    return ERROR_NONE;
}
