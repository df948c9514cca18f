#include "base/timezone.h"

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/file.h"
#include "base/reader.h"
#include "base/timezone_rule.h"

enum {
    DAY = 24 * 3600,
    FILE_LIMIT = 256 * 1024, /* the largest of the system has 4 KiB */
    NAME_LIMIT = 128,
    TRANSITIONS_LIMIT = 10000,
    TYPES_LIMIT = 256,
    NAMES_LIMIT = 4096, /* bytes of abbreviations */
    RESERVED = 15,
    TYPE_SIZE = 6
};

#define SECOND INT64_C(1000000)

struct transition {
    int64_t time;
    int32_t offset; /* from then on */
};

struct timezone_rules {
    int32_t first; /* before all transitions */
    uint32_t count;
    const struct transition *transitions;
    bool has_rule; /* which decides from the last on */
    struct timezone_rule rule;
};

static const char doing[] = "reading a time zone";

/* ---------------------------------------------------------------- reading a file */

/* What the header of a block announces. */
struct block {
    uint8_t version;
    uint32_t utc_marks, standard_marks, leap_seconds, transitions, types, names;
    unsigned time_size; /* bytes of a time */
};

static enum error_code refuse(struct error *error, const char *what)
{
    return error_set(error, ERROR_CORRUPT, "not a time zone: %s", what);
}

static int64_t read_number(struct reader *reader, unsigned size)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < size; i++)
        value = value << 8 | reader_byte(reader);
    return size == 4 ? (int32_t)(uint32_t)value : (int64_t)value;
}

static uint32_t read_count(struct reader *reader)
{
    return (uint32_t)read_number(reader, 4);
}

static enum error_code read_header(struct reader *reader, struct block *ret_block, struct error *error)
{
    struct block block = {.time_size = 4};

    if (!text_equal(reader_bytes(reader, 4), TEXT("TZif")))
        return refuse(error, "it does not begin with TZif");
    block.version = reader_byte(reader);
    (void)reader_bytes(reader, RESERVED);
    block.utc_marks = read_count(reader);
    block.standard_marks = read_count(reader);
    block.leap_seconds = read_count(reader);
    block.transitions = read_count(reader);
    block.types = read_count(reader);
    block.names = read_count(reader);
    if (reader_failed(reader))
        return refuse(error, "it ends in its header");
    if (block.version != 0 && (block.version < '2' || block.version > '9'))
        return refuse(error, "its version is none");
    if (block.transitions > TRANSITIONS_LIMIT || block.types > TYPES_LIMIT || block.types == 0 ||
        block.names > NAMES_LIMIT || block.names == 0 || block.utc_marks > block.types ||
        block.standard_marks > block.types)
        return refuse(error, "a count in its header makes no sense");
    if (block.leap_seconds > 0)
        return error_set(error, ERROR_UNSUPPORTED, "the time zone counts leap seconds");
    *ret_block = block;
    return ERROR_NONE;
}

/* A block of the first version, when another with longer times follows. */
static void skip_block(struct reader *reader, const struct block *block)
{
    (void)reader_bytes(reader, (size_t)block->transitions * (block->time_size + 1) + block->types * (size_t)TYPE_SIZE +
                                   block->names + block->standard_marks + block->utc_marks);
}

static enum error_code read_types(struct reader *reader, const struct block *block, int32_t offsets[TYPES_LIMIT],
                                  struct error *error)
{
    for (uint32_t i = 0; i < block->types; i++) {
        int32_t offset = (int32_t)read_number(reader, 4);
        uint8_t is_summer = reader_byte(reader), name = reader_byte(reader);

        if (offset <= -TIMEZONE_OFFSET_LIMIT || offset >= TIMEZONE_OFFSET_LIMIT || is_summer > 1 ||
            name >= block->names)
            return refuse(error, "one of its kinds of time makes no sense");
        offsets[i] = offset;
    }
    return ERROR_NONE;
}

/* Times beyond those that a moment can have are no times of ours. */
static bool fits(int64_t time)
{
    return time >= INT64_MIN / SECOND + 1 && time <= INT64_MAX / SECOND - 1;
}

static enum error_code read_block(struct reader *reader, const struct block *block, struct timezone_rules *zone,
                                  struct arena *arena, struct error *error)
{
    struct transition *transitions = arena_array(arena, block->transitions, sizeof *transitions);
    int32_t offsets[TYPES_LIMIT] = {0};
    struct text kinds;

    if (transitions == NULL)
        return arena_error(arena, error, doing);
    for (uint32_t i = 0; i < block->transitions; i++) {
        transitions[i].time = read_number(reader, block->time_size);
        if (i > 0 && transitions[i].time <= transitions[i - 1].time)
            return refuse(error, "its transitions are not in order");
    }
    kinds = reader_bytes(reader, block->transitions);
    if (read_types(reader, block, offsets, error) != ERROR_NONE)
        return error->code;
    (void)reader_bytes(reader, block->names + block->standard_marks + block->utc_marks);
    if (reader_failed(reader))
        return refuse(error, "it ends too early");
    for (uint32_t i = 0; i < block->transitions; i++) {
        uint8_t kind = (uint8_t)kinds.bytes[i];

        if (kind >= block->types)
            return refuse(error, "a transition leads nowhere");
        transitions[i].offset = offsets[kind];
    }
    zone->first = offsets[0];
    zone->transitions = transitions;
    zone->count = block->transitions;
    return ERROR_NONE;
}

/* Those before all that a moment can be decide what it was then; those after it never come. */
static void drop_what_does_not_fit(struct timezone_rules *zone)
{
    while (zone->count > 0 && !fits(zone->transitions[0].time) && zone->transitions[0].time < 0) {
        zone->first = zone->transitions[0].offset;
        zone->transitions++;
        zone->count--;
    }
    while (zone->count > 0 && !fits(zone->transitions[zone->count - 1].time))
        zone->count--;
}

/* The rule between two line ends; it may be empty. */
static enum error_code read_footer(struct reader *reader, struct timezone_rules *zone, struct error *error)
{
    struct text footer = reader_bytes(reader, reader_left(reader));

    if (footer.length < 2 || footer.bytes[0] != '\n' || footer.bytes[footer.length - 1] != '\n')
        return refuse(error, "it has no rule at its end");
    footer = (struct text){footer.bytes + 1, footer.length - 2};
    zone->has_rule = footer.length > 0;
    return zone->has_rule ? timezone_rule_parse(&zone->rule, footer, error) : ERROR_NONE;
}

enum error_code timezone_parse(const struct timezone_rules **ret_zone, struct text bytes, struct arena *arena,
                               struct error *error)
{
    struct timezone_rules *zone = arena_alloc(arena, sizeof *zone);
    struct reader reader;
    struct block block;
    uint8_t version;

    if (zone == NULL)
        return arena_error(arena, error, doing);
    reader_init(&reader, bytes);
    if (read_header(&reader, &block, error) != ERROR_NONE)
        return error->code;
    version = block.version;
    if (version != 0) {
        skip_block(&reader, &block);
        if (read_header(&reader, &block, error) != ERROR_NONE)
            return error->code;
        block.time_size = 8;
    }
    if (read_block(&reader, &block, zone, arena, error) != ERROR_NONE ||
        (version != 0 && read_footer(&reader, zone, error) != ERROR_NONE))
        return error->code;
    if (reader_left(&reader) > 0)
        return refuse(error, "it goes on after its end");
    drop_what_does_not_fit(zone);
    *ret_zone = zone;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- finding a file */

static bool is_name(struct text name)
{
    static const char others[] = "_+-/.";

    if (name.length == 0 || name.length > NAME_LIMIT || name.bytes[0] == '/' || name.bytes[0] == '.')
        return false;
    for (size_t i = 0; i < name.length; i++) {
        char c = name.bytes[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) &&
            (c == '\0' || strchr(others, c) == NULL))
            return false;
        if (c == '.' && name.bytes[i - 1] == '.')
            return false;
    }
    return true;
}

static enum error_code no_such_zone(struct error *error, struct text name)
{
    error_set(error, ERROR_CONFIG, "there is no time zone '%.*s'", (int)(name.length > 80 ? 80 : name.length),
              name.bytes);
    return error_hint(error, "names are such as Europe/Berlin or UTC; the package tzdata has their files");
}

/* The folder of zones: the C library goes by TZDIR, too. */
static const char *zones_folder(void)
{
    const char *folder = getenv("TZDIR");

    return folder == NULL || folder[0] == '\0' ? "/usr/share/zoneinfo" : folder;
}

enum error_code timezone_load(const struct timezone_rules **ret_zone, struct text name, struct arena *arena,
                              struct error *error)
{
    struct text bytes = {"", 0};
    enum error_code code;
    const char *path;

    if (text_equal(name, TEXT("UTC"))) {
        *ret_zone = arena_alloc(arena, sizeof **ret_zone);
        return *ret_zone == NULL ? arena_error(arena, error, doing) : ERROR_NONE;
    }
    if (!is_name(name))
        return no_such_zone(error, name);
    path = arena_printf(arena, "%s/%.*s", zones_folder(), TEXT_ARGS(name));
    if (path == NULL)
        return arena_error(arena, error, doing);
    code = file_read(path, FILE_LIMIT, arena, &bytes, error);
    if (code == ERROR_NONE)
        code = timezone_parse(ret_zone, bytes, arena, error);
    if (code == ERROR_NONE || code == ERROR_MEMORY || arena->over_limit)
        return code;
    return no_such_zone(error, name);
}

enum error_code timezone_copy(const struct timezone_rules **ret_zone, const struct timezone_rules *zone,
                              struct arena *arena, struct error *error)
{
    struct timezone_rules *copy = arena_alloc(arena, sizeof *copy);
    struct transition *transitions = arena_array(arena, zone->count, sizeof *transitions);

    if (copy == NULL || transitions == NULL)
        return arena_error(arena, error, doing);
    *copy = *zone;
    for (uint32_t i = 0; i < zone->count; i++)
        transitions[i] = zone->transitions[i];
    copy->transitions = transitions;
    *ret_zone = copy;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- asking */

/* How many transitions there were until a time. */
static uint32_t transitions_until(const struct timezone_rules *zone, int64_t time)
{
    uint32_t least = 0, most = zone->count;

    while (least < most) {
        uint32_t middle = least + (most - least) / 2;

        if (zone->transitions[middle].time <= time)
            least = middle + 1;
        else
            most = middle;
    }
    return least;
}

/* In seconds. */
static struct timezone_stretch find_stretch(const struct timezone_rules *zone, int64_t time)
{
    uint32_t passed = transitions_until(zone, time);
    struct timezone_stretch stretch = {INT64_MIN, INT64_MAX, zone->first};

    if (passed < zone->count)
        stretch.until = zone->transitions[passed].time;
    if (passed > 0) {
        stretch.from = zone->transitions[passed - 1].time;
        stretch.offset = zone->transitions[passed - 1].offset;
    }
    if (zone->has_rule && passed == zone->count) {
        struct timezone_stretch ruled = timezone_rule_stretch(&zone->rule, time);

        stretch =
            (struct timezone_stretch){ruled.from > stretch.from ? ruled.from : stretch.from, ruled.until, ruled.offset};
    }
    return stretch;
}

static int64_t moment_of(int64_t time)
{
    return time < INT64_MIN / SECOND ? INT64_MIN : time > INT64_MAX / SECOND ? INT64_MAX : time * SECOND;
}

struct timezone_stretch timezone_stretch(const struct timezone_rules *zone, int64_t moment)
{
    struct timezone_stretch stretch = find_stretch(zone, calendar_floor(moment, SECOND));

    return (struct timezone_stretch){moment_of(stretch.from), moment_of(stretch.until), stretch.offset};
}

int32_t timezone_offset(const struct timezone_rules *zone, int64_t moment)
{
    return find_stretch(zone, calendar_floor(moment, SECOND)).offset;
}

struct wall_time timezone_wall(const struct timezone_rules *zone, int64_t moment)
{
    int64_t local = calendar_floor(moment, SECOND) + timezone_offset(zone, moment);
    int64_t days = calendar_floor(local, DAY), rest = calendar_rest(local, DAY);
    struct calendar_date date = calendar_date(days);

    return (struct wall_time){
        .year = (int32_t)date.year,
        .month = (uint8_t)date.month,
        .day = (uint8_t)date.day,
        .hour = (uint8_t)(rest / 3600),
        .minute = (uint8_t)(rest / 60 % 60),
        .second = (uint8_t)(rest % 60),
        .weekday = (uint8_t)calendar_weekday(days),
    };
}

int64_t timezone_moment(const struct timezone_rules *zone, const struct wall_time *wall)
{
    int64_t days = calendar_days((struct calendar_date){wall->year, wall->month, wall->day});
    int64_t local = days * DAY + wall->hour * 3600 + wall->minute * 60 + wall->second;
    int64_t time = local - TIMEZONE_OFFSET_LIMIT; /* when the wall cannot have shown it yet */

    if (!fits(time) || !fits(local + TIMEZONE_OFFSET_LIMIT))
        return local < 0 ? INT64_MIN : INT64_MAX;
    for (;;) {
        struct timezone_stretch stretch = find_stretch(zone, time);

        if (time + stretch.offset >= local)
            return time * SECOND; /* the jump went over it */
        if (local - stretch.offset < stretch.until)
            return (local - stretch.offset) * SECOND;
        time = stretch.until;
    }
}
