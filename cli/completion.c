#include "cli/completion.h"

#include "cli/command.h"
#include "sources/source.h"

/* The first words of all commands. */
static void write_commands(struct buffer *buffer)
{
    for (const struct command *const *command = command_all; *command != NULL; command++)
        if (command_begins_group(command))
            buffer_printf(buffer, "%s%.*s", command == command_all ? "" : " ", TEXT_ARGS(command_first_word(*command)));
}

/* The second words of a group's commands. */
static void write_members(struct buffer *buffer, struct text group)
{
    bool first = true;

    for (const struct command *const *command = command_all; *command != NULL; command++)
        if (text_equal(command_first_word(*command), group) && command_second_word(*command).length > 0) {
            buffer_printf(buffer, "%s%.*s", first ? "" : " ", TEXT_ARGS(command_second_word(*command)));
            first = false;
        }
}

static bool is_in_group(const struct command *command)
{
    return command_second_word(command).length > 0;
}

/* Whether this is the first of several commands that share their first word. */
static bool begins_members(const struct command *const *command)
{
    return command_begins_group(command) && command_has_members(command_first_word(*command));
}

static void write_schemes(struct buffer *buffer)
{
    for (size_t i = 0; source_all[i] != NULL; i++)
        for (const char *const *scheme = source_all[i]->schemes; *scheme != NULL; scheme++)
            buffer_printf(buffer, "%s%s", i == 0 && scheme == source_all[i]->schemes ? "" : " ", *scheme);
}

/* ---- bash ---- */

/* The first lines put together again what bash has split at = and colons. */
static const char bash_begin[] =
    "# Completion of driftline for bash: eval \"$(driftline completion bash)\"\n"
    "_driftline() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words= files= alone=\n"
    "    if [[ $cur == '=' ]]; then\n"
    "        cur=\n"
    "    elif [[ $prev == '=' ]]; then\n"
    "        prev=${COMP_WORDS[COMP_CWORD-2]}\n"
    "    elif [[ $cur == ':' ]]; then\n"
    "        cur=; prev=:\n"
    "    fi\n"
    "    COMPREPLY=()\n"
    "    if ((COMP_CWORD == 1)); then\n";

static const char bash_end[] =
    "    esac\n"
    "    if [[ $words == ,* ]]; then\n"
    "        local head=\n"
    "        [[ $cur == *,* ]] && head=${cur%,*},\n"
    "        COMPREPLY=($(compgen -P \"$head\" -W \"${words#,}\" -- \"${cur##*,}\"))\n"
    "        return\n"
    "    fi\n"
    "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
    "    if [[ -n $files ]]; then\n"
    "        local IFS=$'\\n'\n"
    "        [[ $files == all ]] && COMPREPLY+=($(compgen -f -- \"$cur\"))\n"
    "        [[ $files == snap ]] && COMPREPLY+=($(compgen -d -- \"$cur\") $(compgen -f -X '!*.snap' -- \"$cur\"))\n"
    "        compopt -o filenames 2>/dev/null\n"
    "    fi\n"
    "    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[:/] ]]; then\n"
    "        compopt -o nospace 2>/dev/null\n"
    "    fi\n"
    "}\n"
    "complete -F _driftline driftline\n";

/* What $command is when the command is this one: a name without blanks. */
static void write_bash_name(struct buffer *buffer, const struct command *command)
{
    buffer_add_text(buffer, command_first_word(command));
    if (is_in_group(command)) {
        buffer_add_byte(buffer, '_');
        buffer_add_text(buffer, command_second_word(command));
    }
}

static void write_bash_option(struct buffer *buffer, const struct command *command, const struct option *option)
{
    buffer_add_string(buffer, "    ");
    write_bash_name(buffer, command);
    buffer_printf(buffer, ":--%s", option->name);
    if (option->letter != '\0') {
        buffer_add_byte(buffer, '|');
        write_bash_name(buffer, command);
        buffer_printf(buffer, ":-%c", option->letter);
    }
    buffer_add_string(buffer, ") ");
    if (option->type == OPTION_FILE) {
        buffer_add_string(buffer, "files=all");
    } else if (option->choice != NULL) {
        buffer_add_string(buffer, option->type == OPTION_CHOICES ? "words='," : "words='");
        option_write_choices(buffer, option, " ");
        buffer_add_byte(buffer, '\'');
    } else {
        buffer_add_byte(buffer, ':'); /* a value that only the user knows */
    }
    buffer_add_string(buffer, " ;;\n");
}

static void write_bash_names(struct buffer *buffer, const struct option *const *tables)
{
    bool first = true;

    for (; *tables != NULL; tables++)
        for (const struct option *option = *tables; option->type != 0; option++) {
            buffer_printf(buffer, "%s--%s", first ? "" : " ", option->name);
            first = false;
        }
}

/* What to offer where no option is wanted. */
static void write_bash_operand(struct buffer *buffer, const struct command *command)
{
    switch (command->operands[0]) {
    case OPERAND_REF:
        buffer_add_string(buffer, "files=snap; [[ $cur == */* ]] || words='");
        write_schemes(buffer);
        buffer_add_byte(buffer, '\'');
        break;
    case OPERAND_COMMAND:
        buffer_add_string(buffer, "words='");
        write_commands(buffer);
        buffer_add_byte(buffer, '\'');
        break;
    case OPERAND_SHELL:
        buffer_add_string(buffer, "words='bash zsh'");
        break;
    case OPERAND_FILE:
        buffer_add_string(buffer, "files=all; [[ $cur == */* ]] || words='");
        write_schemes(buffer); /* what may follow it */
        buffer_add_byte(buffer, '\'');
        break;
    case OPERAND_NONE:
    case OPERAND_OBJECT:
    case OPERAND_DATABASE:
    case OPERAND_SCOPE:
    case OPERAND_NAME:
    case OPERAND_NUMBER:
        buffer_add_byte(buffer, ':'); /* only the collector knows */
    }
}

static void write_bash_command(struct buffer *buffer, const struct command *command)
{
    const struct option *tables[COMMAND_TABLES];

    command_tables(command, tables);
    for (const struct option *const *table = tables; *table != NULL; table++)
        for (const struct option *option = *table; option->type != 0; option++)
            if (option->type != OPTION_FLAG)
                write_bash_option(buffer, command, option);
    buffer_add_string(buffer, "    ");
    write_bash_name(buffer, command);
    buffer_add_string(buffer, "::) files=all ;;\n    ");
    write_bash_name(buffer, command);
    buffer_add_string(buffer, ":*) if [[ $cur == -* ]]; then words='");
    write_bash_names(buffer, tables);
    buffer_add_string(buffer, "'; else ");
    write_bash_operand(buffer, command);
    buffer_add_string(buffer, "; fi ;;\n");
}

/* The second word of a group's command, which becomes a part of $command unless the group's name is a command itself,
 * and that of `help agents list`. */
static void write_bash_groups(struct buffer *buffer)
{
    buffer_add_string(buffer, "    case $command in\n");
    for (const struct command *const *command = command_all; *command != NULL; command++) {
        if (!begins_members(command))
            continue;
        buffer_printf(buffer, "    %.*s) words='", TEXT_ARGS(command_first_word(*command)));
        write_members(buffer, command_first_word(*command));
        buffer_add_string(buffer, is_in_group(*command) ? "' ;;\n" : "' alone=yes ;;\n");
    }
    buffer_add_string(buffer, "    esac\n"
                              "    if [[ -n $words ]]; then\n"
                              "        if ((COMP_CWORD == 2)) && [[ -z $alone || $cur != -* ]]; then\n"
                              "            [[ -n $alone ]] || words+=' --help'\n"
                              "            COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
                              "            return\n"
                              "        fi\n"
                              "        [[ -n $alone && \" $words \" != *\" ${COMP_WORDS[2]} \"* ]] ||\n"
                              "            command+=_${COMP_WORDS[2]}\n"
                              "        words=\n"
                              "    fi\n");
}

static void write_bash_help(struct buffer *buffer)
{
    for (const struct command *const *command = command_all; *command != NULL; command++) {
        if (!begins_members(command))
            continue;
        buffer_printf(buffer, "    help:%.*s) words='", TEXT_ARGS(command_first_word(*command)));
        write_members(buffer, command_first_word(*command));
        buffer_add_string(buffer, "' ;;\n");
    }
}

void completion_write_bash(struct buffer *buffer)
{
    buffer_add_string(buffer, bash_begin);
    buffer_add_string(buffer, "        COMPREPLY=($(compgen -W '");
    write_commands(buffer);
    buffer_add_string(buffer, " --help --version' -- \"$cur\"))\n        return\n    fi\n"
                              "    local command=${COMP_WORDS[1]}\n");
    write_bash_groups(buffer);
    buffer_add_string(buffer, "    case $command:$prev in\n");
    write_bash_help(buffer);
    for (const struct command *const *command = command_all; *command != NULL; command++)
        write_bash_command(buffer, *command);
    buffer_add_string(buffer, bash_end);
}

/* ---- zsh ---- */

/* Text inside single quotes and square brackets of _arguments, or after the colon of _describe. */
static void write_zsh_text(struct buffer *buffer, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            buffer_add_string(buffer, "'\\''");
            continue;
        }
        if (strchr("[]:\\", *text) != NULL)
            buffer_add_byte(buffer, '\\');
        buffer_add_byte(buffer, (uint8_t)*text);
    }
}

static void write_zsh_value(struct buffer *buffer, const struct option *option)
{
    buffer_printf(buffer, ":%s:", option->value);
    if (option->type == OPTION_FILE) {
        buffer_add_string(buffer, "_files");
    } else if (option->choice != NULL) {
        buffer_add_string(buffer, option->type == OPTION_CHOICES ? "_values -s , value " : "(");
        option_write_choices(buffer, option, " ");
        buffer_add_string(buffer, option->type == OPTION_CHOICES ? "" : ")");
    } else {
        buffer_add_byte(buffer, ' ');
    }
}

static void write_zsh_option(struct buffer *buffer, const struct option *option)
{
    const char *repeated = option->type == OPTION_LIST || option->type == OPTION_CHOICES ? "*" : "";
    const char *ending = option->type == OPTION_FLAG ? "" : "=";

    for (int form = 0; form < (option->letter == '\0' ? 1 : 2); form++) {
        buffer_add_string(buffer, " \\\n            '");
        if (form == 0)
            buffer_printf(buffer, "%s--%s%s[", repeated, option->name, ending);
        else
            buffer_printf(buffer, "%s-%c%s[", repeated, option->letter, option->type == OPTION_FLAG ? "" : "+");
        write_zsh_text(buffer, option->summary);
        buffer_add_byte(buffer, ']');
        if (option->type != OPTION_FLAG)
            write_zsh_value(buffer, option);
        buffer_add_byte(buffer, '\'');
    }
}

static void write_zsh_operand(struct buffer *buffer, enum operand operand, bool first)
{
    if (operand == OPERAND_NONE)
        return;
    buffer_printf(buffer, " \\\n            ':%s:", operand_name(operand));
    if (operand == OPERAND_REF) {
        buffer_add_string(buffer, "_driftline_ref");
    } else if (operand == OPERAND_FILE) {
        buffer_add_string(buffer, "_files");
    } else if (operand == OPERAND_COMMAND && !first) {
        buffer_add_string(buffer, "_driftline_member");
    } else if (operand == OPERAND_COMMAND || operand == OPERAND_SHELL) {
        buffer_add_byte(buffer, '(');
        if (operand == OPERAND_COMMAND)
            write_commands(buffer);
        else
            buffer_add_string(buffer, "bash zsh");
        buffer_add_byte(buffer, ')');
    } else {
        buffer_add_byte(buffer, ' ');
    }
    buffer_add_byte(buffer, '\'');
}

/* The arguments of a command, as one branch of a case. */
static void write_zsh_command(struct buffer *buffer, const struct command *command, struct text word)
{
    const struct option *tables[COMMAND_TABLES];

    command_tables(command, tables);
    buffer_printf(buffer, "    %.*s)\n        _arguments -s", TEXT_ARGS(word));
    for (const struct option *const *table = tables; *table != NULL; table++)
        for (const struct option *option = *table; option->type != 0; option++)
            write_zsh_option(buffer, option);
    for (size_t i = 0; i < OPERAND_LIMIT; i++)
        write_zsh_operand(buffer, command->operands[i], i == 0);
    buffer_add_string(buffer, " ;;\n");
}

static void write_zsh_summary(struct buffer *buffer, struct text word, const char *summary)
{
    buffer_printf(buffer, "\n        '%.*s:", TEXT_ARGS(word));
    write_zsh_text(buffer, summary);
    buffer_add_byte(buffer, '\'');
}

/* The second words, with a sign between them. */
static void write_zsh_choice(struct buffer *buffer, struct text group)
{
    const char *separator = "    ";

    for (const struct command *const *command = command_all; *command != NULL; command++)
        if (text_equal(command_first_word(*command), group) && is_in_group(*command)) {
            buffer_printf(buffer, "%s%.*s", separator, TEXT_ARGS(command_second_word(*command)));
            separator = "|";
        }
}

/* A group, whose second word chooses between its commands as the first one does between all. When its name is a command
 * itself the second word may be something else. */
static void write_zsh_group(struct buffer *buffer, const struct command *first)
{
    struct text group = command_first_word(first);
    bool alone = !is_in_group(first);

    buffer_printf(buffer, "    %.*s)\n    commands=(", TEXT_ARGS(group));
    for (const struct command *const *command = command_all; *command != NULL; command++)
        if (text_equal(command_first_word(*command), group) && is_in_group(*command))
            write_zsh_summary(buffer, command_second_word(*command), (*command)->summary);
    buffer_printf(buffer,
                  ")\n    if ((CURRENT == 2))%s; then\n        _describe command commands\n        return\n"
                  "    fi\n",
                  alone ? " && [[ $words[2] != -* ]]" : "");
    if (alone) {
        buffer_add_string(buffer, "    case $words[2] in\n");
        write_zsh_choice(buffer, group);
        buffer_add_string(buffer, ") shift words; ((CURRENT--)) ;;\n    esac\n    case $words[1] in\n");
    } else {
        buffer_add_string(buffer, "    shift words\n    ((CURRENT--))\n    case $words[1] in\n");
    }
    for (const struct command *const *command = command_all; *command != NULL; command++)
        if (text_equal(command_first_word(*command), group))
            write_zsh_command(buffer, *command, is_in_group(*command) ? command_second_word(*command) : group);
    buffer_add_string(buffer, "    esac ;;\n");
}

static void write_zsh_overview(struct buffer *buffer)
{
    for (const struct command *const *command = command_all; *command != NULL; command++) {
        CLEANUP(buffer_clear) struct buffer members;

        buffer_init(&members);
        if (!command_begins_group(command))
            continue;
        if (is_in_group(*command))
            write_members(&members, command_first_word(*command));
        write_zsh_summary(buffer, command_first_word(*command),
                          members.length > 0 ? members.bytes : (*command)->summary);
    }
}

static void write_zsh_references(struct buffer *buffer)
{
    buffer_add_string(
        buffer, "_driftline_ref() {\n"
                "    if compset -P 1 '(sqlite|ddl|spec|python|dummy):'; then\n        _files\n        return\n    fi\n"
                "    _alternative 'files:snapshot file:_files -g \"*.snap\"' 'schemes:scheme:compadd -S \"\" ");
    write_schemes(buffer);
    buffer_add_string(buffer, "'\n}\n");
}

/* The second word in `driftline help agents list`. */
static void write_zsh_members(struct buffer *buffer)
{
    buffer_add_string(buffer, "_driftline_member() {\n    case $words[2] in\n");
    for (const struct command *const *command = command_all; *command != NULL; command++) {
        if (!begins_members(command))
            continue;
        buffer_printf(buffer, "    %.*s) compadd ", TEXT_ARGS(command_first_word(*command)));
        write_members(buffer, command_first_word(*command));
        buffer_add_string(buffer, " ;;\n");
    }
    buffer_add_string(buffer, "    esac\n}\n");
}

void completion_write_zsh(struct buffer *buffer)
{
    buffer_add_string(buffer, "#compdef driftline\n");
    write_zsh_references(buffer);
    write_zsh_members(buffer);
    buffer_add_string(buffer, "_driftline() {\n    local -a commands\n    commands=(");
    write_zsh_overview(buffer);
    buffer_add_string(buffer,
                      ")\n    if ((CURRENT == 2)); then\n        _describe command commands\n        return\n    fi\n"
                      "    shift words\n    ((CURRENT--))\n    case $words[1] in\n");
    for (const struct command *const *command = command_all; *command != NULL; command++)
        if (begins_members(command))
            write_zsh_group(buffer, *command);
        else if (!is_in_group(*command) && command_begins_group(command))
            write_zsh_command(buffer, *command, command_first_word(*command));
    buffer_add_string(buffer, "    esac\n}\n"
                              "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then\n    _driftline \"$@\"\nelse\n"
                              "    compdef _driftline driftline\nfi\n");
}
