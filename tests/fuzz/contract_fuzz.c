/* Contract files that somebody else wrote, checked against a schema of this file's own.
 *
 * What is refused leaves the set alone and names the file; what is accepted has unique sorted names and lines that the
 * text has, means the same when it is copied, and is judged in the same way each time.
 */
#include <stdlib.h>
#include <string.h>

#include "contract/contract_check.h"
#include "contract/contract_file.h"
#include "fuzz.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024 };

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* A schema of one table and one function. */
static struct snapshot *make_schema(void)
{
    static const struct text integer[] = {TEXT_INIT("integer")}, no[] = {TEXT_INIT("no")}, id[] = {TEXT_INIT("id")};
    struct attribute of_column[] = {{TEXT_INIT("nullable"), no, 1, false}, {TEXT_INIT("type"), integer, 1, false}};
    struct attribute of_key[] = {{TEXT_INIT("columns"), id, 1, true}};
    struct attribute of_function[] = {{TEXT_INIT("returns"), integer, 1, false}};
    struct part parts[] = {{KIND_COLUMN, TEXT("id"), of_column, 2, 0}, {KIND_PRIMARY_KEY, TEXT("p"), of_key, 1, 0}};
    struct object objects[] = {
        {.kind = KIND_TABLE, .path = {2, {TEXT("s"), TEXT("t")}}, .parts = parts, .part_count = 2},
        {.kind = KIND_FUNCTION,
         .path = {3, {TEXT("s"), TEXT("f"), TEXT("integer")}},
         .attributes = of_function,
         .attribute_count = 1}};
    struct coverage_gap gap = {KIND_VIEW, TEXT(""), TEXT("denied")};
    struct snapshot_input input = {{.engine = TEXT("dummy")}, objects, 2, &gap, 1};
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    require(snapshot_build(&snapshot, &input, ARENA_LIMIT, &error) == ERROR_NONE);
    return snapshot;
}

static void check_findings(const struct contract *contract, const struct contract_result *result)
{
    bool violated = false;

    require((result->count == 0) == (result->state == CONTRACT_HOLDS));
    for (size_t i = 0; i < result->count; i++) {
        const struct contract_finding *finding = &result->findings[i];

        require(finding->state != CONTRACT_HOLDS && finding->message.length > 0);
        require(finding->line >= contract->line &&
                contract_reads(contract, finding->requirement->kind, finding->owner));
        violated = violated || finding->state == CONTRACT_VIOLATED;
    }
    require(violated == (result->state == CONTRACT_VIOLATED));
}

static void check_set(const struct contract_set *set, const struct snapshot *snapshot, struct arena *arena)
{
    const struct contract_source source = contract_source_of(snapshot);
    struct contract_set copy = {0}, again = {0};
    struct error error = {0};

    require(contract_set_copy(&copy, set, arena, &error) == ERROR_NONE);
    require(contract_sets_join(&again, &copy, &(struct contract_set){0}, arena, &error) == ERROR_NONE);
    require(hash_equal(&again.fingerprint, &set->fingerprint));
    for (size_t i = 0; i < set->count; i++) {
        struct contract_result result = {0}, of_copy = {0};

        require(i == 0 || text_compare(set->contracts[i - 1].name, set->contracts[i].name) < 0);
        require(contract_set_find(set, set->contracts[i].name) == &set->contracts[i]);
        require(contract_check(&result, &set->contracts[i], &source, arena, &error) == ERROR_NONE);
        require(contract_check(&of_copy, &copy.contracts[i], &source, arena, &error) == ERROR_NONE);
        require(result.state == of_copy.state && result.count == of_copy.count);
        check_findings(&set->contracts[i], &result);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct snapshot *snapshot; /* made once: it does not change */
    struct text text = {(const char *)bytes, length};
    CLEANUP(arena_free) struct arena arena;
    struct contract_set set = {.count = 77};
    struct error error = {0};

    if (snapshot == NULL)
        snapshot = make_schema();
    arena_init(&arena, ARENA_LIMIT);
    if (contract_text_read(&set, "fuzz", text, &arena, &error) == ERROR_NONE) {
        check_set(&set, snapshot, &arena);
        return 0;
    }
    require(set.count == 77 && (error.code == ERROR_CONFIG || error.code == ERROR_LIMIT));
    require(strstr(error.message, "fuzz") != NULL && text_is_utf8(text_from(error.message)));
    return 0;
}
