#include "track/correlator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/track/correlated.h"
#include "common/drift/snapshot_text.h"
#include "store/pairs.h"
#include "support/allocation.h"
#include "support/cmocka.h"
#include "track/settling.h"

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

/* ---------------------------------------------------------------- one fleet a test */

/* Begin with the same in both environments. */
static void record_both(struct correlated *correlated, const char *schema)
{
    correlated_record(correlated, STAGING, schema, NULL);
    correlated_record(correlated, PROD, schema, NULL);
}

static void test_steps_tell_the_life(void **state)
{
    struct correlated *correlated = *state;

    record_both(correlated, T1);
    correlated_record(correlated, STAGING, T2, NULL);
    correlated_record(correlated, STAGING, "table a.u\n  column x type=bigint\n", "table a.u < a.t\n");
    correlated_record(correlated, PROD, T3, NULL);
    correlated_record(correlated, PROD, "gap table reason=denied\n", NULL);
    correlated_record(correlated, PROD, T2, NULL);
    assert_string_equal(correlated_steps(correlated, 1), "opened 2 from\n"
                                                         "renamed 3: a.t.x\n"
                                                         "changed 4 to\n"
                                                         "explained 4: diverged\n"
                                                         "hidden 5: denied\n"
                                                         "ended 6 to: promoted\n");
    assert_int_equal(history_ask(correlated->history, "SELECT lead FROM drift WHERE id = 1"), 4000000);
    assert_int_equal(history_ask(correlated->history, "SELECT opened_at FROM drift WHERE id = 1"),
                     correlated->began + 2000000);
    assert_int_equal(history_ask(correlated->history, "SELECT seen_at FROM drift WHERE id = 1"),
                     correlated->began + 2000001);
    assert_int_equal(history_ask(correlated->history, "SELECT ended_at FROM drift WHERE id = 1"),
                     correlated->began + 6000000);
}

/* ---- who did it ---- */

static void test_changes_explain_drifts(void **state)
{
    struct correlated *correlated = *state;
    int64_t before;

    record_both(correlated, T1);
    before = correlated_last_event(correlated);
    correlated_record_by(correlated, STAGING, T2, "eve");
    assert_string_equal(
        correlated_events(correlated, before, "drift-opened"),
        "low {\"database\":\"orders\",\"from\":\"staging\",\"to\":\"prod\",\"drift\":1,\"effect\":\"modified\","
        "\"kind\":\"column\",\"object\":\"a.t.x\",\"aspect\":\"structure\",\"severity\":\"low\",\"state\":\"open\","
        "\"cause\":\"pending\",\"change\":1,\"evidence\":\"captured\",\"actor\":\"eve\",\"snapshot\":3}\n");
    assert_int_equal(history_ask(correlated->history, "SELECT change FROM drift WHERE id = 1"), 1);
    assert_int_equal(history_ask(correlated->history, "SELECT unattributed FROM drift WHERE id = 1"), 0);

    before = correlated_last_event(correlated);
    correlated_record_by(correlated, STAGING, T3, NULL);
    assert_non_null(strstr(correlated_events(correlated, before, "drift-changed"), "\"evidence\":\"unattributed\""));
    assert_int_equal(history_ask(correlated->history, "SELECT unattributed FROM drift WHERE id = 1"), 1);

    before = correlated_last_event(correlated);
    correlated_record_by(correlated, PROD, T3, "bob");
    assert_non_null(strstr(correlated_events(correlated, before, "drift-ended"), "\"ending\":\"promoted\","));
    assert_non_null(strstr(correlated_events(correlated, before, "drift-ended"), "\"lead_seconds\":1,"));
    assert_non_null(strstr(correlated_events(correlated, before, "drift-ended"), "\"actor\":\"bob\""));
}

/* A migration of many tables is one piece of news, not hundreds. */
static void test_much_at_once_is_one_event(void **state)
{
    struct correlated *correlated = *state;
    CLEANUP(buffer_clear) struct buffer schema = {0};
    int64_t before;

    record_both(correlated, T1);
    buffer_add_string(&schema, T1);
    for (unsigned i = 0; i < 100; i++)
        buffer_printf(&schema, "table a.n%u\n", i);
    before = correlated_last_event(correlated);
    correlated_record(correlated, STAGING, schema.bytes, NULL);
    assert_null(strstr(correlated_events(correlated, before, NULL), "drifts-opened"));
    buffer_add_string(&schema, "table a.m\n");
    correlated_record(correlated, STAGING, T1, NULL);
    before = correlated_last_event(correlated);
    correlated_record(correlated, STAGING, schema.bytes, NULL);
    assert_string_equal(correlated_events(correlated, before, NULL), "drifts-opened\n");
    assert_string_equal(correlated_events(correlated, before, "drifts-opened"),
                        "low {\"database\":\"orders\",\"from\":\"staging\",\"to\":\"prod\",\"count\":101,\"summary\":"
                        "{\"low\":101,\"medium\":0,\"high\":0,\"critical\":0},\"snapshot\":5}\n");
    before = correlated_last_event(correlated);
    correlated_record(correlated, PROD, schema.bytes, NULL);
    assert_string_equal(correlated_events(correlated, before, NULL), "drifts-ended\n");
}

/* ---- what was accepted ---- */

static void acknowledge(struct correlated *correlated, int64_t drift)
{
    struct history *history = correlated->history;
    const struct settling settling = {correlated->policy, TEXT("eve"), history->now, &history->arena};
    struct error error = {0};

    history_begin(history);
    history_expect(settling_acknowledge(history->database, &settling, drift, TEXT("seen"), &error), &error);
    history_commit(history);
}

/* Until ten seconds from now. */
static void waive(struct correlated *correlated, int64_t drift, const char *pattern, bool future)
{
    struct history *history = correlated->history;
    const struct settling settling = {correlated->policy, TEXT("eve"), history->now, &history->arena};
    struct waiver_wish wish = {.drifts = &drift,
                               .drift_count = pattern == NULL,
                               .database = TEXT("orders"),
                               .pattern = text_from(pattern),
                               .future = future,
                               .reason = TEXT("for now"),
                               .expires_at = history->now + 10 * 1000 * 1000};
    struct waiver_row waiver;
    struct error error = {0};
    size_t failed;

    history_begin(history);
    history_expect(settling_waive(history->database, &settling, &wish, 1, &waiver, &failed, &error), &error);
    history_commit(history);
}

static bool expire(struct correlated *correlated, int64_t now)
{
    struct error error = {0};
    bool any = false;

    history_begin(correlated->history);
    history_expect(correlator_expire(correlated->correlator, now, &any, &error), &error);
    history_commit(correlated->history);
    return any;
}

static void test_what_was_accepted_was_this_difference(void **state)
{
    struct correlated *correlated = *state;
    int64_t before;

    record_both(correlated, TN);
    correlated_record(correlated, STAGING, "table a.t\n  column x type=bigint\n  column y type=uuid\n", NULL);
    acknowledge(correlated, 1);
    waive(correlated, 2, NULL, false);
    assert_string_equal(correlated_drifts(correlated), "1 staging→prod modified column a.t.y: pending acknowledged\n"
                                                       "2 staging→prod modified column a.t.x: pending waived\n");
    correlated_record(correlated, STAGING, "view a.v\ntable a.t\n  column x type=bigint\n  column y type=uuid\n", NULL);
    assert_string_equal(correlated_drifts(correlated), "1 staging→prod modified column a.t.y: pending acknowledged\n"
                                                       "2 staging→prod modified column a.t.x: pending waived\n"
                                                       "3 staging→prod added view a.v: pending\n");
    before = correlated_last_event(correlated);
    correlated_record(correlated, STAGING, "view a.v\ntable a.t\n  column x type=text\n  column y type=json\n", NULL);
    assert_string_equal(correlated_events(correlated, before, NULL), "drift-reopened\ndrift-reopened\n");
    correlated_record(correlated, PROD, "table a.t\n  column x type=text\n  column y type=text\n", NULL);
    assert_string_equal(correlated_drifts(correlated),
                        "1 staging→prod modified column a.t.y: pending again 1\n"
                        "2 staging→prod modified column a.t.x: pending, promoted after 1 again 1\n"
                        "3 staging→prod added view a.v: pending\n");
    assert_string_equal(correlated_steps(correlated, 1), "opened 2 from\n"
                                                         "acknowledged 3: seen\n"
                                                         "changed 4 from\n"
                                                         "reopened 4: it has changed since it was accepted\n");
}

static void test_a_waiver_for_what_comes(void **state)
{
    struct correlated *correlated = *state;
    int64_t before;

    record_both(correlated, T1);
    waive(correlated, 0, "column:a.*", true);
    correlated_record(correlated, STAGING, TN, NULL);
    correlated_record(correlated, STAGING, "table a.t\n  column x type=integer\n  column y type=uuid\nview a.v\n",
                      NULL);
    assert_string_equal(correlated_drifts(correlated), "1 staging→prod added column a.t.y: pending waived\n"
                                                       "2 staging→prod added view a.v: pending\n");
    assert_false(expire(correlated, correlated->history->now));
    before = correlated_last_event(correlated);
    assert_true(expire(correlated, correlated->history->now + 20 * 1000 * 1000));
    assert_string_equal(correlated_events(correlated, before, NULL), "waiver-expired\n");
    assert_string_equal(correlated_drifts(correlated), "1 staging→prod added column a.t.y: pending again 1\n"
                                                       "2 staging→prod added view a.v: pending\n");
    assert_false(expire(correlated, correlated->history->now + 30 * 1000 * 1000));
    correlated->history->now += 30 * 1000 * 1000;
    correlated_record(correlated, STAGING, "table a.t\n  column x type=text\n  column y type=uuid\nview a.v\n", NULL);
    assert_non_null(strstr(correlated_drifts(correlated), "3 staging→prod modified column a.t.x: pending\n"));
}

static void test_less_that_counts_is_another_difference(void **state)
{
    struct correlated *correlated = *state;

    record_both(correlated, T1);
    correlated_record(correlated, STAGING, "table a.t\n  column x type=bigint comment=new\n", NULL);
    waive(correlated, 1, NULL, false);
    correlated_policy(correlated, "dev staging prod", ".comment:*", NULL);
    correlated_catch_up(correlated);
    assert_string_equal(correlated_drifts(correlated), "1 staging→prod modified column a.t.x: pending again 1\n");
}

static void test_a_failure_takes_nothing_along(void **state)
{
    struct correlated *correlated = *state;
    struct snapshot *snapshot = snapshot_from_text(TN);
    const struct record_extra too_little = {.memory_limit = 1};
    int64_t target, id;
    struct error error = {0};

    record_both(correlated, T1);
    target = history_target(correlated->history, "orders", "staging", "default");
    assert_int_equal(record_try(correlated->history, target, snapshot, &too_little, &id, &error), ERROR_LIMIT);
    snapshot_free(snapshot);
    assert_string_equal(correlated_drifts(correlated), "");
    correlated_record(correlated, STAGING, TN, NULL);
    assert_string_equal(correlated_drifts(correlated), "1 staging→prod added column a.t.y: pending\n");
}

/* ---- memory that runs out ---- */

#define BILLING                                                                                                        \
    "name: billing\nconsumers: [ledger]\ndatabase: orders\nrequires:\n  - table: a.t\n    columns: [{name: x, "        \
    "type_family: integer}]\n"

struct material {
    struct correlated *correlated;
    int64_t target;
    struct snapshot *snapshot;
};

static enum error_code record_again(void *context, struct error *error)
{
    static const struct rename rename = {KIND_TABLE,       KIND_TABLE,       TEXT_INIT("a.u"),
                                         TEXT_INIT("a.u"), TEXT_INIT("a.t"), 0};
    const struct record_extra extra = {.renames = {&rename, 1}};
    struct material *material = context;
    int64_t id;

    return record_try(material->correlated->history, material->target, material->snapshot, &extra, &id, error);
}

static enum error_code catch_up_again(void *context, struct error *error)
{
    struct material *material = context;
    struct database *database = material->correlated->history->database;
    enum error_code code = ERROR_NONE;
    bool more = true;

    history_begin(material->correlated->history);
    correlator_forget(material->correlated->correlator);
    if (code == ERROR_NONE)
        code = pairs_outdate(database, (struct text){NULL, 0}, error);
    while (code == ERROR_NONE && more)
        code = correlator_catch_up(material->correlated->correlator, material->correlated->history->now, &more, error);
    database_rollback(database);
    return code;
}

static void test_every_allocation_may_fail(void **state)
{
    struct correlated *correlated = *state;
    struct material material = {.correlated = correlated};

    correlated_policy(correlated, "dev staging prod", NULL, BILLING);
    correlated_record(correlated, STAGING, TN "view a.v\n", NULL);
    correlated_record(correlated, PROD, TN "view a.v\n", NULL);
    correlated_record(correlated, EU, TN "view a.v\n", NULL);
    correlated_record(correlated, US, T1 "gap view reason=denied\n", NULL);
    waive(correlated, 0, "column:*.y", true);
    correlated_record(correlated, STAGING, "table a.t\n  column x type=bigint\n  column y type=uuid\nview a.v\n", NULL);
    acknowledge(correlated, history_ask(correlated->history, "SELECT max(id) FROM drift WHERE state = 0"));
    correlated_catch_up(correlated);
    material.target = history_target(correlated->history, "orders", "staging", "default");
    material.snapshot = snapshot_from_text("table a.u\n  column x type=text\n  column y type=json\nview a.w\n");
    assert_true(test_every_allocation(catch_up_again, &material) >= 50);
    assert_true(test_every_allocation(record_again, &material) >= 50);
    snapshot_free(material.snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stories),
        cmocka_unit_test_setup_teardown(test_steps_tell_the_life, correlated_setup, correlated_teardown),
        cmocka_unit_test_setup_teardown(test_changes_explain_drifts, correlated_setup, correlated_teardown),
        cmocka_unit_test_setup_teardown(test_much_at_once_is_one_event, correlated_setup, correlated_teardown),
        cmocka_unit_test_setup_teardown(test_what_was_accepted_was_this_difference, correlated_setup,
                                        correlated_teardown),
        cmocka_unit_test_setup_teardown(test_a_waiver_for_what_comes, correlated_setup, correlated_teardown),
        cmocka_unit_test_setup_teardown(test_less_that_counts_is_another_difference, correlated_setup,
                                        correlated_teardown),
        cmocka_unit_test_setup_teardown(test_a_failure_takes_nothing_along, correlated_setup, correlated_teardown),
        cmocka_unit_test_setup_teardown(test_every_allocation_may_fail, correlated_setup, correlated_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
