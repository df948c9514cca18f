/* Stories of environments and instances, and the drifts that come of them. */
#include <stdlib.h>
#include <string.h>

#include "collector/track/correlated.h"
#include "support/cmocka.h"

/* What happens, one after the other. */
struct move {
    const char *where;   /* a target; or "!policy", "!forget", "!at" */
    const char *what;    /* its schema; patterns; a target; seconds */
    const char *renames; /* as the agent tells of them */
};

struct story {
    const char *name;
    struct move moves[12];
    const char *drifts;
};

#define T1 "table a.t\n  column x type=integer\n"
#define T2 "table a.t\n  column x type=bigint\n"
#define T3 "table a.t\n  column x type=text\n"
#define TN T1 "  column y type=text\n"
#define TC "table a.t comment=new\n  column x type=integer\n"
#define U1 "table a.u\n  column x type=integer\n"
#define UC "table a.u comment=new\n  column x type=integer\n"
/* A view as servers of two versions write it. */
#define V15(text) "@server postgresql 15.20\nview a.v definition=" text "\n"
#define V16(text) "@server postgresql 16.3\nview a.v definition=" text "\n"
#define STAGING "orders@staging"
#define PROD "orders@prod"
#define EU "orders@prod/eu"
#define US "orders@prod/us"
#define AP "orders@prod/ap"

#define DO(where, what)                                                                                                \
    {                                                                                                                  \
        where, what, NULL                                                                                              \
    }
#define RENAME(where, what, renames)                                                                                   \
    {                                                                                                                  \
        where, what, renames                                                                                           \
    }

static const struct story stories[] = {
    {"the same everywhere", {DO(STAGING, T1), DO(PROD, T1)}, ""},
    {"never were equal", {DO(STAGING, T2), DO(PROD, T1)}, "1 staging→prod modified column a.t.x: baseline\n"},
    {"a feature on its way",
     {DO(STAGING, T1), DO(PROD, T1), DO(STAGING, TN)},
     "1 staging→prod added column a.t.y: pending\n"},
    {"a feature that arrived",
     {DO(STAGING, T1), DO(PROD, T1), DO(STAGING, TN), DO(PROD, T1), DO(PROD, TN)},
     "1 staging→prod added column a.t.y: pending, promoted after 2\n"},
    {"taken back upstream",
     {DO(STAGING, T1), DO(PROD, T1), DO(STAGING, TN), DO(STAGING, T1)},
     "1 staging→prod added column a.t.y: pending, reverted\n"},
    {"a hotfix", {DO(STAGING, T1), DO(PROD, T1), DO(PROD, TN)}, "1 staging→prod removed column a.t.y: hotfix\n"},
    {"a hotfix that was taken over",
     {DO(STAGING, T1), DO(PROD, T1), DO(PROD, TN), DO(STAGING, TN)},
     "1 staging→prod removed column a.t.y: hotfix, backported\n"},
    {"a hotfix that was taken back",
     {DO(STAGING, T1), DO(PROD, T1), DO(PROD, TN), DO(PROD, T1)},
     "1 staging→prod removed column a.t.y: hotfix, reverted\n"},
    {"both their own way",
     {DO(STAGING, T1), DO(PROD, T1), DO(STAGING, T2), DO(PROD, T3)},
     "1 staging→prod modified column a.t.x: diverged\n"},
    {"and together again",
     {DO(STAGING, T1), DO(PROD, T1), DO(STAGING, T2), DO(PROD, T3), DO(PROD, T2)},
     "1 staging→prod modified column a.t.x: diverged, promoted after 2\n"},
    {"together the other way",
     {DO(STAGING, T1), DO(PROD, T1), DO(STAGING, T2), DO(PROD, T3), DO(STAGING, T3)},
     "1 staging→prod modified column a.t.x: diverged, backported\n"},
    {"one step behind",
     {DO(STAGING, T1), DO(PROD, T1), DO(STAGING, T2), DO(STAGING, T3), DO(PROD, T2)},
     "1 staging→prod modified column a.t.x: pending\n"},
    {"again after an end",
     {DO(STAGING, T1), DO(PROD, T1), DO(STAGING, T2), DO(STAGING, T1), DO(STAGING, T2)},
     "1 staging→prod modified column a.t.x: pending, reverted\n"
     "2 staging→prod modified column a.t.x: pending as before in 1\n"},
    {"a difference of old that is ended downstream",
     {DO(STAGING, T2), DO(PROD, T1), DO(PROD, T2)},
     "1 staging→prod modified column a.t.x: baseline, promoted\n"},
    {"a difference of old that is ended upstream",
     {DO(STAGING, T2), DO(PROD, T1), DO(STAGING, T1)},
     "1 staging→prod modified column a.t.x: baseline, backported\n"},

    {"a rename is one drift",
     {DO(STAGING, T1), DO(PROD, T1), RENAME(STAGING, "table a.u\n  column x type=integer\n", "table a.u < a.t\n")},
     "1 staging→prod renamed table a.u < a.t: pending\n"},
    {"and ends when it is done here, too",
     {DO(STAGING, T1), DO(PROD, T1), RENAME(STAGING, "table a.u\n  column x type=integer\n", "table a.u < a.t\n"),
      RENAME(PROD, "table a.u\n  column x type=integer\n", "table a.u < a.t\n")},
     "1 staging→prod renamed table a.u < a.t: pending, promoted after 1\n"},
    {"renamed twice is one drift, too",
     {DO(STAGING, T1), DO(PROD, T1), RENAME(STAGING, "table a.u\n  column x type=integer\n", "table a.u < a.t\n"),
      RENAME(STAGING, "table a.w\n  column x type=integer\n", "table a.w < a.u\n")},
     "1 staging→prod renamed table a.w < a.t: pending\n"},
    {"a drift of a column follows its table",
     {DO(STAGING, T1), DO(PROD, T1), DO(STAGING, T2),
      RENAME(STAGING, "table a.u\n  column x type=bigint\n", "table a.u < a.t\n")},
     "1 staging→prod modified column a.u.x: pending\n"
     "2 staging→prod renamed table a.u < a.t: pending\n"},
    {"and its table's rename downstream",
     {DO(STAGING, T1), DO(PROD, T1), DO(STAGING, T2),
      RENAME(PROD, "table a.u\n  column x type=integer\n", "table a.u < a.t\n"),
      DO(PROD, "table a.u\n  column x type=bigint\n")},
     "1 staging→prod modified column a.t.x: pending, promoted after 2\n"
     "2 staging→prod renamed table a.t < a.u: hotfix\n"},
    {"a column that is renamed is the same",
     {DO(STAGING, T1), DO(PROD, T1), DO(STAGING, T2),
      RENAME(STAGING, "table a.t\n  column z type=bigint\n", "column a.t.z < a.t.x\n")},
     "1 staging→prod renamed column a.t.z < a.t.x: pending\n"},
    {"a new table is renamed before it arrives",
     {DO(STAGING, T1), DO(PROD, T1), DO(STAGING, T1 "table a.n comment=new\n"),
      RENAME(STAGING, T1 "table a.m comment=new\n", "table a.m < a.n\n"), DO(PROD, T1 "table a.m comment=new\n")},
     "1 staging→prod added table a.m: pending, promoted after 1\n"},
    {"a table is renamed and changed at once",
     {DO(STAGING, T1), DO(PROD, T1), RENAME(STAGING, UC, "table a.u < a.t\n")},
     "1 staging→prod renamed table a.u < a.t: pending\n"
     "2 staging→prod modified table a.u: pending\n"},
    {"and here, too",
     {DO(STAGING, T1), DO(PROD, T1), RENAME(STAGING, UC, "table a.u < a.t\n"), RENAME(PROD, UC, "table a.u < a.t\n")},
     "1 staging→prod renamed table a.u < a.t: pending, promoted after 1\n"
     "2 staging→prod modified table a.u: pending, promoted after 1\n"},
    {"here one after the other",
     {DO(STAGING, T1), DO(PROD, T1), RENAME(STAGING, UC, "table a.u < a.t\n"), RENAME(PROD, U1, "table a.u < a.t\n"),
      DO(PROD, UC)},
     "1 staging→prod renamed table a.u < a.t: pending, promoted after 1\n"
     "2 staging→prod modified table a.u: pending, promoted after 2\n"},
    {"here the other way round",
     {DO(STAGING, T1), DO(PROD, T1), RENAME(STAGING, UC, "table a.u < a.t\n"), DO(PROD, TC),
      RENAME(PROD, UC, "table a.u < a.t\n")},
     "1 staging→prod renamed table a.u < a.t: pending, promoted after 2\n"
     "2 staging→prod modified table a.u: pending, promoted after 1\n"},
    {"both taken back",
     {DO(STAGING, T1), DO(PROD, T1), RENAME(STAGING, UC, "table a.u < a.t\n"),
      RENAME(STAGING, T1, "table a.t < a.u\n")},
     "1 staging→prod renamed table a.u < a.t: pending, reverted\n"
     "2 staging→prod modified table a.u: pending, reverted\n"},
    {"one taken back, and done once more",
     {DO(STAGING, T1), DO(PROD, T1), RENAME(STAGING, UC, "table a.u < a.t\n"), RENAME(STAGING, TC, "table a.t < a.u\n"),
      RENAME(STAGING, UC, "table a.u < a.t\n")},
     "1 staging→prod renamed table a.u < a.t: pending, reverted\n"
     "2 staging→prod modified table a.u: pending\n"
     "3 staging→prod renamed table a.u < a.t: pending as before in 1\n"},
    {"renamed and changed at once by a hotfix",
     {DO(STAGING, T1), DO(PROD, T1), RENAME(PROD, UC, "table a.u < a.t\n"), RENAME(STAGING, U1, "table a.u < a.t\n")},
     "1 staging→prod renamed table a.t < a.u: hotfix, backported\n"
     "2 staging→prod modified table a.u: hotfix\n"},
    {"changed, and renamed later",
     {DO(STAGING, T1), DO(PROD, T1), DO(STAGING, TC), RENAME(STAGING, UC, "table a.u < a.t\n"),
      RENAME(PROD, U1, "table a.u < a.t\n"), DO(PROD, UC)},
     "1 staging→prod modified table a.u: pending, promoted after 3\n"
     "2 staging→prod renamed table a.u < a.t: pending, promoted after 1\n"},
    {"in an instance",
     {DO(EU, T1), DO(US, T1), DO(AP, T1), RENAME(AP, UC, "table a.u < a.t\n"), RENAME(AP, TC, "table a.t < a.u\n")},
     "1 prod/ap renamed table a.u < a.t: outlier, repaired\n"
     "2 prod/ap modified table a.t: outlier\n"},
    {"two tables exchange their names",
     {DO(STAGING, T1 "table a.u\n  column x type=text\n"), DO(PROD, T1 "table a.u\n  column x type=text\n"),
      DO(STAGING, T2 "table a.u\n  column x type=uuid\n"),
      RENAME(STAGING, "table a.u\n  column x type=bigint\ntable a.t\n  column x type=uuid\n",
             "table a.u < a.t\ntable a.t < a.u\n")},
     "1 staging→prod modified column a.t.x: pending\n"
     "2 staging→prod modified column a.u.x: pending\n"},

    {"a column's drift is part of its table's",
     {DO(STAGING, T1), DO(PROD, T1), DO(STAGING, T2), DO(STAGING, "view a.v\n")},
     "1 staging→prod modified column a.t.x: pending, absorbed\n"
     "2 staging→prod removed table a.t: pending\n"
     "3 staging→prod added view a.v: pending\n"},
    {"and may come back",
     {DO(STAGING, T1), DO(PROD, T1), DO(STAGING, T2), DO(STAGING, "view a.v\n"), DO(STAGING, T2)},
     "1 staging→prod modified column a.t.x: pending, absorbed\n"
     "2 staging→prod removed table a.t: pending, absorbed\n"
     "3 staging→prod added view a.v: pending, reverted\n"
     "4 staging→prod modified column a.t.x: pending as before in 1\n"},
    {"dropped here what was changed upstream",
     {DO(STAGING, T1), DO(PROD, T1), DO(STAGING, T2), DO(PROD, "view a.v\n")},
     "1 staging→prod modified column a.t.x: pending, absorbed\n"
     "2 staging→prod removed view a.v: hotfix\n"
     "3 staging→prod added table a.t: diverged\n"},
    {"a table arrives in parts",
     {DO(STAGING, "view a.v\n"), DO(PROD, "view a.v\n"), DO(STAGING, "view a.v\n" TN), DO(PROD, "view a.v\n" T1),
      DO(PROD, "view a.v\n" TN)},
     "1 staging→prod added table a.t: pending, absorbed\n"
     "2 staging→prod added column a.t.y: pending, promoted after 2\n"},
    {"a table that each made for itself",
     {DO(STAGING, "view a.v\n"), DO(PROD, "view a.v\n"), DO(STAGING, "view a.v\n" T1), DO(PROD, "view a.v\n" T2)},
     "1 staging→prod added table a.t: pending, absorbed\n"
     "2 staging→prod modified column a.t.x: diverged\n"},

    {"a table arrives as it was at first",
     {DO(STAGING, "view a.v\n"), DO(PROD, "view a.v\n"), DO(STAGING, "view a.v\n" T1), DO(STAGING, "view a.v\n" T2),
      DO(PROD, "view a.v\n" T1)},
     "1 staging→prod added table a.t: pending, absorbed\n"
     "2 staging→prod modified column a.t.x: pending\n"},
    {"and goes on as it is there",
     {DO(STAGING, "view a.v\n"), DO(PROD, "view a.v\n"), DO(STAGING, "view a.v\n" T1), DO(STAGING, "view a.v\n" T2),
      DO(PROD, "view a.v\n" T1), DO(PROD, "view a.v\n" T2)},
     "1 staging→prod added table a.t: pending, absorbed\n"
     "2 staging→prod modified column a.t.x: pending, promoted after 2\n"},
    {"made here, and taken over as it was at first",
     {DO(STAGING, "view a.v\n"), DO(PROD, "view a.v\n"), DO(PROD, "view a.v\n" T1), DO(PROD, "view a.v\n" T2),
      DO(STAGING, "view a.v\n" T1)},
     "1 staging→prod removed table a.t: hotfix, absorbed\n"
     "2 staging→prod modified column a.t.x: hotfix\n"},
    {"what is learned late tells another story",
     {DO(STAGING, T1), DO(PROD, T1), DO("!at", "50"), DO(PROD, T2), DO("!at", "10"), DO(STAGING, T2)},
     "1 staging→prod modified column a.t.x: pending, promoted after 40\n"},
    {"late, and it was a hotfix",
     {DO(STAGING, T1), DO(PROD, T1), DO("!at", "50"), DO(STAGING, T2), DO("!at", "10"), DO(PROD, T2)},
     "1 staging→prod modified column a.t.x: hotfix, backported\n"},

    {"an environment that comes late",
     {DO(STAGING, T1), DO(STAGING, T2), DO(PROD, T1)},
     "1 staging→prod modified column a.t.x: baseline\n"},
    {"an environment in between",
     {DO("orders@dev", T2), DO(PROD, T1), DO(STAGING, T1), DO(STAGING, T2)},
     "1 dev→prod modified column a.t.x: baseline, forgotten\n"
     "2 dev→staging modified column a.t.x: baseline, promoted\n"
     "3 staging→prod modified column a.t.x: pending\n"},
    {"an environment that is gone",
     {DO("orders@dev", T2), DO(STAGING, T1), DO(PROD, T1), DO("!forget", STAGING)},
     "1 dev→staging modified column a.t.x: baseline, forgotten\n"
     "2 dev→prod modified column a.t.x: baseline\n"},
    {"three environments, one feature",
     {DO("orders@dev", T1), DO(STAGING, T1), DO(PROD, T1), DO("orders@dev", T2), DO(STAGING, T2), DO(PROD, T2)},
     "1 dev→staging modified column a.t.x: pending, promoted after 1\n"
     "2 staging→prod modified column a.t.x: pending, promoted after 1\n"},
    {"environments beside the path are not compared", {DO("orders@lab", T1), DO(PROD, T2), DO("orders@lab", T3)}, ""},

    {"an outlier that is repaired",
     {DO(EU, T1), DO(US, T1), DO(AP, T1), DO(AP, T2), DO(AP, T1)},
     "1 prod/ap modified column a.t.x: outlier, repaired\n"},
    {"an outlier that all follow",
     {DO(EU, T1), DO(US, T1), DO(AP, T1), DO(AP, T2), DO(EU, T2)},
     "1 prod/ap modified column a.t.x: outlier, adopted\n"
     "2 prod/us modified column a.t.x: outlier\n"},
    {"an outlier that lacks what all have",
     {DO(EU, TN), DO(US, TN), DO(AP, TN), DO(AP, T1)},
     "1 prod/ap removed column a.t.y: outlier\n"},
    {"an outlier that has something in addition",
     {DO(EU, T1), DO(US, T1), DO(AP, T1), DO(AP, TN)},
     "1 prod/ap added column a.t.y: outlier\n"},
    {"an outlier in which a table is called otherwise",
     {DO(EU, T1), DO(US, T1), DO(AP, T1), DO(AP, T2),
      RENAME(AP, "table a.u\n  column x type=bigint\n", "table a.u < a.t\n"),
      DO(AP, "table a.u\n  column x type=text\n")},
     "1 prod/ap modified column a.u.x: outlier\n"
     "2 prod/ap renamed table a.u < a.t: outlier\n"},
    {"an outlier whose lost column is of a table that all others rename",
     {DO(EU, TN), DO(US, TN), DO(AP, TN), DO(AP, T1),
      RENAME(EU, "table a.u\n  column x type=integer\n  column y type=text\n", "table a.u < a.t\n"),
      RENAME(US, "table a.u\n  column x type=integer\n  column y type=text\n", "table a.u < a.t\n"),
      RENAME(AP, "table a.u\n  column x type=integer\n", "table a.u < a.t\n"),
      DO(AP, "table a.u\n  column x type=integer\n  column y type=text\n")},
     "1 prod/ap removed column a.u.y: outlier, repaired\n"
     "2 prod/ap renamed table a.t < a.u: outlier, repaired\n"},
    {"without a majority nothing begins", {DO(STAGING, T1), DO(EU, T1), DO(US, T1), DO(US, T2), DO(STAGING, TN)}, ""},
    {"until there is one again",
     {DO(STAGING, T1), DO(EU, T1), DO(US, T1), DO(US, T2), DO(STAGING, TN), DO(US, T1)},
     "1 staging→prod added column a.t.y: pending\n"},
    {"what all instances have is not over because staging takes it back",
     {DO(STAGING, T1), DO(EU, T1), DO(US, T1), DO(US, T2), DO(STAGING, TN), DO(EU, TN),
      DO(US, T2 "  column y type=text\n"), DO(STAGING, T1)},
     ""},
    {"and is there when they agree",
     {DO(STAGING, T1), DO(EU, T1), DO(US, T1), DO(US, T2), DO(STAGING, TN), DO(EU, TN),
      DO(US, T2 "  column y type=text\n"), DO(STAGING, T1), DO(US, TN)},
     "1 staging→prod removed column a.t.y: hotfix\n"},
    {"the way of the other side is known",
     {DO(STAGING, T1), DO(EU, T1), DO(US, T1), DO(US, T2), DO(STAGING, T2), DO(STAGING, T3), DO(EU, T2)},
     "1 staging→prod modified column a.t.x: pending\n"},
    {"promoted from one instance to the other",
     {DO(STAGING, T1), DO(EU, T1), DO(US, T1), DO(US, TN), DO(STAGING, TN), DO(EU, TN)},
     "1 staging→prod added column a.t.y: pending, promoted after 1\n"},
    {"taken back while nobody could say so",
     {DO(STAGING, T1), DO(EU, T1), DO(US, T1), DO(STAGING, TN), DO(US, T2), DO(STAGING, T1), DO(US, T1)},
     "1 staging→prod added column a.t.y: pending, reverted\n"},
    {"taken back, but the instances have it by then",
     {DO(STAGING, T1), DO(EU, T1), DO(US, T1), DO(STAGING, TN), DO(US, T2), DO(STAGING, T1), DO(EU, TN), DO(US, TN)},
     "1 staging→prod removed column a.t.y: hotfix\n"},
    {"taken over from the instances",
     {DO(STAGING, T1), DO(EU, T1), DO(US, T1), DO(EU, TN), DO(US, TN), DO(US, T3 "  column y type=text\n"),
      DO(STAGING, TN), DO(US, TN)},
     "1 staging→prod removed column a.t.y: hotfix, backported\n"},
    {"renamed meanwhile, and changed under the new name",
     {DO(STAGING, T1), DO(EU, T1), DO(US, T1), DO(US, T3), RENAME(STAGING, U1, "table a.u < a.t\n"), DO(STAGING, UC),
      DO(US, T1)},
     "1 staging→prod renamed table a.u < a.t: pending\n"
     "2 staging→prod modified table a.u: pending\n"},
    {"equal on the way, and renamed behind that",
     {DO(STAGING, T1), DO(EU, T1), DO(US, T1), DO(STAGING, T2), DO(US, T3), DO(STAGING, T1),
      RENAME(STAGING, U1, "table a.u < a.t\n"), DO(STAGING, "table a.u\n  column x type=text\n"), DO(US, T1)},
     "1 staging→prod modified column a.t.x: pending, reverted\n"
     "2 staging→prod renamed table a.u < a.t: pending\n"
     "3 staging→prod modified column a.u.x: pending\n"},
    {"both sides are without one",
     {DO(STAGING "/a", T1), DO(STAGING "/b", T1), DO(EU, T1), DO(US, T1), DO(US, T3), DO(STAGING "/a", T2), DO(US, T1),
      DO(STAGING "/b", T2)},
     "1 staging→prod modified column a.t.x: pending\n"},
    {"first one, then the other",
     {DO(STAGING "/a", T1), DO(STAGING "/b", T1), DO(EU, T1), DO(US, T1), DO(US, T3), DO(STAGING "/a", T2),
      DO(STAGING "/b", T2), DO(EU, T3)},
     "1 staging→prod modified column a.t.x: diverged\n"},
    {"a majority that went where the outlier was",
     {DO(EU, T1), DO(US, T1), DO(AP, TN), DO(EU, T2), DO(EU, TN), DO(AP, T1)},
     "1 prod/ap added column a.t.y: outlier, adopted\n"
     "2 prod/us removed column a.t.y: outlier, adopted\n"
     "3 prod/eu added column a.t.y: outlier\n"},
    {"an instance that is seen first makes the majority",
     {DO(STAGING, T1), DO(EU, T1), DO(US, T1), DO(US, T2), DO(STAGING, TN), DO(AP, T1)},
     "1 staging→prod added column a.t.y: pending\n"
     "2 prod/us modified column a.t.x: outlier\n"},
    {"nobody is an outlier where there is no majority", {DO(EU, T1), DO(US, T2)}, ""},
    {"an outlier that is forgotten",
     {DO(EU, T1), DO(US, T1), DO(AP, T2), DO("!forget", AP)},
     "1 prod/ap modified column a.t.x: outlier, forgotten\n"},
    {"the others are forgotten",
     {DO(EU, T1), DO(US, T1), DO(AP, T2), DO("!forget", EU), DO("!forget", US)},
     "1 prod/ap modified column a.t.x: outlier, adopted\n"},
    {"a majority moves, and with it the environment",
     {DO(STAGING, T1), DO(EU, T1), DO(US, T1), DO(AP, T1), DO(STAGING, T2), DO(EU, T2), DO(US, T2)},
     "1 staging→prod modified column a.t.x: pending, promoted after 2\n"
     "2 prod/eu modified column a.t.x: outlier, adopted\n"
     "3 prod/ap modified column a.t.x: outlier\n"},
    {"more of an environment is seen, and nothing was promoted",
     {DO(STAGING, T1), DO(EU, T1), DO(STAGING, T2), DO(US, T2), DO(AP, T2)},
     "1 staging→prod modified column a.t.x: pending, forgotten\n"
     "2 prod/eu modified column a.t.x: outlier\n"},
    {"nor taken back",
     {DO(STAGING, T1), DO(EU, T1), DO(EU, T2), DO(US, T1), DO(AP, T1)},
     "1 staging→prod modified column a.t.x: hotfix, forgotten\n"
     "2 prod/eu modified column a.t.x: outlier\n"},
    {"nor done here first",
     {DO(STAGING, T1), DO(EU, T1), DO(US, T2), DO(AP, T2)},
     "1 staging→prod modified column a.t.x: baseline\n"
     "2 prod/eu modified column a.t.x: outlier\n"},
    {"it is what there was, if that is another difference",
     {DO(STAGING, T1), DO(EU, T1), DO(STAGING, T2), DO(US, T3), DO(AP, T3)},
     "1 staging→prod modified column a.t.x: baseline\n"
     "2 prod/eu modified column a.t.x: outlier\n"},
    {"what more is seen of has a feature of its own",
     {DO(STAGING, T1), DO(EU, T1), DO(STAGING, T2), DO(US, TN), DO(AP, TN), DO(US, T2 "  column y type=text\n"),
      DO(AP, T2 "  column y type=text\n")},
     "1 staging→prod modified column a.t.x: pending, promoted after 4\n"
     "2 staging→prod removed column a.t.y: baseline\n"
     "3 prod/eu removed column a.t.y: outlier\n"
     "4 prod/eu modified column a.t.x: outlier\n"},
    {"an outlier that is none since others are seen",
     {DO(EU, T1), DO(US, T1), DO(AP, T2), DO("orders@prod/br", T2), DO("orders@prod/za", T2)},
     "1 prod/ap modified column a.t.x: outlier, forgotten\n"
     "2 prod/eu modified column a.t.x: outlier\n"
     "3 prod/us modified column a.t.x: outlier\n"},
    {"without a majority the pair stays as it was",
     {DO(STAGING, T1), DO(EU, T1), DO(STAGING, T2), DO(US, T2), DO(STAGING, T3), DO(EU, T2)},
     "1 staging→prod modified column a.t.x: pending\n"},

    {"what cannot be read is hidden, and seen again",
     {DO(STAGING, T1), DO(PROD, T1), DO(STAGING, T2), DO(PROD, "gap table reason=denied\n"), DO(PROD, T1)},
     "1 staging→prod modified column a.t.x: pending\n"},
    {"hidden",
     {DO(STAGING, T1), DO(PROD, T1), DO(STAGING, T2), DO(PROD, "gap table reason=denied\n")},
     "1 staging→prod modified column a.t.x: pending hidden\n"},
    {"promoted while nobody could see it",
     {DO(STAGING, T1), DO(PROD, T1), DO(STAGING, T2), DO(PROD, "gap table reason=denied\n"), DO(PROD, T2)},
     "1 staging→prod modified column a.t.x: pending, promoted after 2\n"},
    {"changed upstream while it was hidden here",
     {DO(STAGING, T1), DO(PROD, T1), DO(STAGING, T2), DO(PROD, "gap table reason=denied\n"), DO(STAGING, T3),
      DO(PROD, T1)},
     "1 staging→prod modified column a.t.x: pending\n"},
    {"what came while nobody could see it has no cause",
     {DO(STAGING, T1), DO(PROD, T1), DO(PROD, "gap table reason=denied\n"), DO(STAGING, T2), DO(PROD, T1)},
     "1 staging→prod modified column a.t.x: baseline\n"},

    {"what one version of a server writes for both is compared",
     {DO(STAGING, V16("1")), DO(EU, V15("1")), DO(US, V16("1")), DO(STAGING, V16("2"))},
     "1 staging→prod modified view a.v: pending\n"},
    {"as long as there is one that both have",
     {DO(STAGING, V16("1")), DO(EU, V15("1")), DO(US, V16("1")), DO(STAGING, V16("2")), DO(US, V15("1"))},
     "1 staging→prod modified view a.v: pending hidden\n"},
    {"and from when on there is",
     {DO(STAGING, V16("1")), DO(EU, V15("1")), DO(US, V15("1")), DO(STAGING, V16("2")), DO(US, V16("1"))},
     "1 staging→prod modified view a.v: baseline\n"},
    {"another one may be what both have after an upgrade",
     {DO(STAGING, V15("1")), DO(EU, V15("1")), DO(US, V16("1")), DO(STAGING, V16("1")), DO(STAGING, V16("2"))},
     "1 staging→prod modified view a.v: pending\n"},
    {"also of an instance and its majority",
     {DO(EU, V15("1")), DO(US, V16("1")), DO(AP, V16("1")), DO(AP, V16("2"))},
     "1 prod/ap modified view a.v: outlier\n"},
    {"and when one of the majority is upgraded to its version",
     {DO(EU, V15("1") T1), DO(US, V15("1") T1), DO(AP, V16("2") T2), DO(US, V16("1") T1)},
     "1 prod/ap modified column a.t.x: outlier\n"
     "2 prod/ap modified view a.v: outlier\n"},

    {"what no longer counts is excused",
     {DO(STAGING, T1), DO(PROD, T1), DO(STAGING, T2), DO("!policy", "column:*.x"), DO("!policy", NULL)},
     "1 staging→prod modified column a.t.x: pending, excused\n"
     "2 staging→prod modified column a.t.x: baseline as before in 1\n"},
    {"under a policy without it, it is not there",
     {DO("!policy", "column:*.x"), DO(STAGING, T1), DO(PROD, T1), DO(STAGING, T2), DO(PROD, T3)},
     ""},

    {"a schema that is renamed takes its drifts along",
     {DO(STAGING, "schema a\n" T1), DO(PROD, "schema a\n" T1), DO(STAGING, "schema a\n" T2),
      RENAME(STAGING, "schema b\ntable b.t\n  column x type=bigint\n", "schema b < a\n"),
      DO(STAGING, "schema b\ntable b.t\n  column x type=text\n")},
     "1 staging→prod modified column b.t.x: pending\n"
     "2 staging→prod renamed schema b < a: pending\n"},
};

static void play(struct correlated *correlated, const struct move *move)
{
    if (strcmp(move->where, "!policy") == 0) {
        correlated_policy(correlated, "dev staging prod", move->what, NULL);
        correlated_catch_up(correlated);
    } else if (strcmp(move->where, "!forget") == 0) {
        correlated_forget(correlated, move->what);
    } else if (strcmp(move->where, "!at") == 0) {
        correlated->history->now = correlated->began + (int64_t)atoi(move->what) * 1000 * 1000;
    } else {
        correlated_record(correlated, move->where, move->what, move->renames);
    }
}

static bool tell_story(const struct story *story)
{
    struct history history;
    struct correlated correlated;
    const char *drifts;
    bool as_told;

    history_open(&history);
    correlated_begin(&correlated, &history);
    for (size_t i = 0; i < LENGTH_OF(story->moves) && story->moves[i].where != NULL; i++)
        play(&correlated, &story->moves[i]);
    drifts = correlated_drifts(&correlated);
    as_told = strcmp(drifts, story->drifts) == 0;
    if (!as_told)
        print_error("%s:\n%s-- instead of --\n%s\n", story->name, drifts, story->drifts);
    correlated_verify(&correlated);
    correlated_end(&correlated);
    history_close(&history);
    return as_told;
}

static void test_stories(void **state)
{
    unsigned failed = 0;

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(stories); i++)
        failed += !tell_story(&stories[i]);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stories),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
