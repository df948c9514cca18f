/* cli/answer_contracts.h - contracts and how targets stand to them, as the collector tells it. What cli/answer.h says
 * holds here, too.
 */
#ifndef DRIFTLINE_CLI_ANSWER_CONTRACTS_H
#define DRIFTLINE_CLI_ANSWER_CONTRACTS_H

#include "cli/answer.h"

struct answer_finding {
    unsigned state; /* enum contract_state */
    struct text kind;
    struct text object;
    struct text message;
    int64_t line;
};

/* The change since which a contract is violated. */
struct answer_contract_change {
    int64_t id;
    int64_t at;
    struct text object;
    struct answer_actor who;
};

struct answer_contract_target {
    struct text environment;
    struct text instance;
    unsigned state; /* enum contract_state */
    int64_t since;
    struct shape_list findings; /* struct answer_finding */
    const struct answer_contract_change *change;
};

struct answer_contract {
    struct text name;
    struct text owner;
    struct shape_list consumers; /* struct text */
    struct text database;
    unsigned severity; /* enum severity */
    struct text file;
    int64_t line;
    int64_t requirements;
    unsigned state;            /* enum contract_state */
    struct shape_list targets; /* struct answer_contract_target */
};

/* GET /api/v1/contracts */
struct answer_contracts {
    bool known;
    struct text problem; /* why the files as they are now are not in use; empty: they are */
    int64_t problem_since;
    struct shape_list contracts; /* struct answer_contract */
};

extern const struct shape answer_contracts_shape;

#endif
