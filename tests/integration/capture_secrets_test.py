#!/usr/bin/env python3
"""Nothing that may be a secret gets into the log: literals and comments are taken out of a statement first, however they are
spelt. Each case holds the word SECRET in places where the server sees a literal or a comment, and KEEP elsewhere."""
import json
import random

from capture_database import captured, check, driftline, equal, faults, log, main, ref, run

# What is read, and what must be left of it. A case of the first list is a text that the server would take, or a part of one.
SPELLINGS = [
    ("KEEP 'SECRET' KEEP", "KEEP '…' KEEP"),
    ("KEEP 'it''s SECRET' KEEP", "KEEP '…' KEEP"),
    ("KEEP '''SECRET''' KEEP 'SECRET''' KEEP", "KEEP '…' KEEP '…' KEEP"),
    ("KEEP'SECRET'KEEP", "KEEP'…'KEEP"),
    ("KEEP E'it\\'s SECRET' KEEP 'SECRET'", "KEEP E'…' KEEP '…'"),
    ("KEEP e'it\\\\' KEEP 'SECRET'", "KEEP e'…' KEEP '…'"),
    ("KEEP (E'\\'SECRET') KEEP", "KEEP (E'…') KEEP"),
    ("KEEP E'a'\n  'b\\'SECRET' KEEP", "KEEP E'…'\n  '…' KEEP"),
    ("KEEP E'a' -- it's\n 'b\\'SECRET' KEEP", "KEEP E'…'  \n '…' KEEP"),
    ("KEEP E'it''s \\' SECRET' KEEP", "KEEP E'…' KEEP"),
    ("KEEP 'a\\\\' KEEP 'SECRET'", "KEEP '…' KEEP '…'"),
    ("KEEP U&'d\\0061t SECRET' UESCAPE '!' KEEP", "KEEP U&'…' UESCAPE '…' KEEP"),
    ("KEEP B'101' X'1F' N'SECRET' KEEP", "KEEP B'…' X'…' N'…' KEEP"),
    ("KEEP date'SECRET' KEEP", "KEEP date'…' KEEP"),
    ("KEEP ->>'SECRET' @-'SECRET'-'SECRET'", "KEEP ->>'…' @-'…'-'…'"),
    # dollar quotes
    ("KEEP $$ SECRET ' $$ KEEP 'SECRET'", "KEEP '…' KEEP '…'"),
    ("KEEP $a$ SECRET $b$ $$ SECRET $a$ KEEP", "KEEP '…' KEEP"),
    ("KEEP $a$SECRET$a$SECRET$a$ KEEP", "KEEP '…'SECRET$a$ KEEP"),  # the server reads a name behind the literal
    ("KEEP $x$x$x$ KEEP 'SECRET'", "KEEP '…' KEEP '…'"),
    ("KEEP $x$SECRET$xx$SECRET$x$ KEEP", "KEEP '…' KEEP"),
    ("KEEP $x$SECRET$ x$SECRET$X$SECRET$x$ KEEP", "KEEP '…' KEEP"),
    ("KEEP $$$SECRET$$ KEEP", "KEEP '…' KEEP"),
    ("KEEP $_1$SECRET$_1$ KEEP", "KEEP '…' KEEP"),
    ("KEEP a$b$c KEEP 'SECRET' $b$SECRET$b$ KEEP", "KEEP a$b$c KEEP '…' '…' KEEP"),
    ("KEEP $1 $2$a$SECRET$a$ KEEP", "KEEP $1 $2'…' KEEP"),
    ("KEEP 1$a$SECRET$a$ 1.5$$SECRET$$ a1$$KEEP", "KEEP 1'…' 1.5'…' a1$$KEEP"),
    ("KEEP \u00e9t\u00e9$\u00e9$KEEP$\u00e9$ $\u00e9$SECRET$\u00e9$", "KEEP \u00e9t\u00e9$\u00e9$KEEP$\u00e9$ '…'"),
    # comments
    ("KEEP -- it's SECRET\nKEEP 'SECRET' -- SECRET", "KEEP  \nKEEP '…'  "),
    ("KEEP --SECRET\rKEEP", "KEEP  \rKEEP"),
    ("KEEP /* SECRET /* it's */ SECRET */ KEEP 'SECRET'", "KEEP   KEEP '…'"),
    ("KEEP 2*/*SECRET*/3", "KEEP 2* 3"),
    ("KEEP /*/ SECRET */ KEEP /***SECRET***/ KEEP /**/ KEEP", "KEEP   KEEP   KEEP   KEEP"),
    ("KEEP - -1 - KEEP / 2 * KEEP", "KEEP - -1 - KEEP / 2 * KEEP"),
    # names in quotes are none
    ("KEEP \"it's\" 'SECRET' \"KEEP\"\"KEEP'\"", "KEEP \"it's\" '…' \"KEEP\"\"KEEP'\""),
    ("KEEP \"--\" 'SECRET' \"/*\" 'SECRET' \"$$\" KEEP", "KEEP \"--\" '…' \"/*\" '…' \"$$\" KEEP"),
    ("KEEP U&\"d\\0061t\" 'SECRET' KEEP", "KEEP U&\"d\\0061t\" '…' KEEP"),
    # what never ends
    ("KEEP 'SECRET", "KEEP '…'"),
    ("KEEP E'SECRET\\", "KEEP E'…'"),
    ("KEEP $a$SECRET$b$", "KEEP '…'"),
    ("KEEP $$SECRET$", "KEEP '…'"),
    ("KEEP /* SECRET /* */", "KEEP  "),
    ("KEEP -- SECRET", "KEEP  "),
    ("KEEP \"KEEP", "KEEP \"KEEP"),
    ("KEEP $a", "KEEP $a"),
    ("KEEP $", "KEEP $"),
    # where a quote ends depends on a setting that may have changed since: there all is cut
    ("KEEP 'a\\' SECRET 'SECRET' SECRET", "KEEP '…' ..."),
    ("KEEP '\\'', 'SECRET'", "KEEP '…' ..."),
    ("KEEP _e'SECRET\\' SECRET", "KEEP _e'…' ..."),
    ("KEEP a$E'\\' SECRET 'SECRET'", "KEEP a$E'…' ..."),
    ("", ""),
]

# Whole statements, run as they are. `$u` is the name of a foreign server.
STATEMENTS = [
    "CREATE USER MAPPING FOR postgres SERVER s OPTIONS (user 'KEEP', password 'SECRET')",
    "ALTER USER MAPPING FOR postgres SERVER s OPTIONS (SET password 'SECRET''s')",
    "ALTER USER MAPPING FOR postgres SERVER s OPTIONS (SET password E'SECRET\\'SECRET')",
    "ALTER SERVER s OPTIONS (host 'SECRET')",
    "CREATE FOREIGN TABLE f (a int) SERVER s OPTIONS (schema_name 'SECRET', \"key\" U&'\\0053ECRET')",
    "CREATE SUBSCRIPTION sub CONNECTION 'host=x password=SECRET' PUBLICATION p WITH (connect = false, slot_name = NONE, enabled = false)",
    "ALTER SUBSCRIPTION sub CONNECTION 'host=x password=SECRET'",
    "DROP SUBSCRIPTION sub",
    "CREATE FUNCTION g() RETURNS text LANGUAGE sql AS $$ SELECT 'SECRET' $$",
    "CREATE OR REPLACE FUNCTION g() RETURNS text LANGUAGE sql AS 'SELECT ''SECRET'''",
    "CREATE PROCEDURE h() LANGUAGE plpgsql AS $body$ BEGIN PERFORM $$SECRET$$; END $body$",
    "DO $do$ BEGIN EXECUTE $e$COMMENT ON TABLE t IS 'SECRET'$e$; END $do$",
    "DO LANGUAGE plpgsql 'BEGIN EXECUTE ''COMMENT ON TABLE t IS ''''SECRET''''''; END'",
    "COMMENT ON TABLE t IS $$SECRET$$ /* SECRET */",
    "ALTER TABLE t ADD COLUMN d text DEFAULT 'SECRET' /* 'SECRET */ -- SECRET'",
    "ALTER TABLE t ADD COLUMN e text DEFAULT 'a\\' /* SECRET */",
    "CREATE VIEW v AS SELECT 'SECRET'::text AS \"it's\" FROM t WHERE 'SECRET' <> ''",
    "CREATE TABLE ctas AS SELECT 'SECRET' AS a",
    "SELECT 'SECRET' AS a INTO into_",
    "CREATE POLICY pol ON t USING (current_user = 'SECRET')",
    "CREATE INDEX i ON t ((a || 'SECRET')) WHERE a <> 'SECRET'",
    "ALTER TABLE t ADD CHECK (a <> E'SECRET')",
    "CREATE RULE r AS ON INSERT TO v DO INSTEAD INSERT INTO t (a) VALUES ('SECRET')",
]


def left_of(database, texts):
    """What is kept of texts."""
    given = json.dumps(texts)
    check("$given$" not in given, "a case has the tag of the test")
    rows = run(database, f"SELECT to_json(driftline.without_literals(t #>> '{{}}'))"
                         f" FROM json_array_elements($given${given}$given$) WITH ORDINALITY AS e (t, n) ORDER BY n")
    return [json.loads(row) for row in rows.splitlines()]


def test_spellings():
    with captured("dl_capture_secrets") as database:
        for (given, expected), found in zip(SPELLINGS, left_of(database, [given for given, _ in SPELLINGS]), strict=True):
            equal(found, expected, given)


def test_every_beginning_of_a_text():
    """A statement is cut at 64 KiB, wherever that may be."""
    with captured("dl_capture_secrets") as database:
        for given, _ in SPELLINGS:
            if given.endswith("$a$SECRET$a$ KEEP"):
                continue
            pieces = [given[:end] for end in range(len(given))]
            for piece, found in zip(pieces, left_of(database, pieces) if pieces else [], strict=True):
                check("SECRET" not in found, f"{piece}: {found}")


def test_statements_that_are_made_up():
    """Pieces in any order: what was written as a literal or a comment never shows, and all else does."""
    hidden = ["'SECRET'", "'SEC''RET SECRET'", "E'\\'SECRET'", "$$SECRET$$", "$t$ SECRET $$ ' $t$", "/* SECRET ' */", "/* /* ' */ SECRET */",
              "-- SECRET '\n", "E'SECRET\\\\'", "U&'SECRET'", "$x$--SECRET$x$", "'/* SECRET'", "'-- SECRET'", "'$$ SECRET'"]
    shown = ["KEEP", "\"KEEP'\"", "\"--KEEP\"", "\"$$\"", "(", ")", ",", "1", "-", "/", "* ", "a$b$c", ";", "\n", "\u00fc", "= "]
    random.seed(20)
    texts = [" ".join(random.choice(hidden if random.random() < 0.5 else shown) for _ in range(random.randint(1, 30))) for _ in range(3000)]
    with captured("dl_capture_secrets") as database:
        for start in range(0, len(texts), 500):
            part = texts[start:start + 500]
            for given, found in zip(part, left_of(database, part), strict=True):
                check("SECRET" not in found, f"{given!r}: {found!r}")
                equal(found.count("KEEP"), given.count("KEEP"), f"{given!r}: {found!r}")


def expect_no_secret(database):
    dump = run(database, "SELECT to_json(l) FROM driftline.ddl_log l")
    check("SECRET" not in dump, "\n".join(line for line in dump.splitlines() if "SECRET" in line))


def test_statements():
    with captured("dl_capture_secrets") as database:
        run(database, "CREATE TABLE t (a text); CREATE PUBLICATION p; CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;")
        for statement in STATEMENTS:
            before = len(log(database))
            run(database, statement, single=True)
            check(len(log(database)) > before, f"no entry: {statement}")
            expect_no_secret(database)
        run(database, "COMMENT ON TABLE t IS 'a\\'SECRET''SECRET'; ALTER TABLE t ADD off text DEFAULT 'SECRET\\\\SECRET\\'SECRET'",
            PGOPTIONS="-c standard_conforming_strings=off")
        expect_no_secret(database)
        equal(faults(database), 0, "faults")
        check("KEEP" not in "".join(row[0] for row in log(database, "statement")), "values of options are literals")


def test_many_statements_in_one_message():
    """A script that a tool sends whole: each entry has its own statement, and none another's secret."""
    with captured("dl_capture_secrets") as database:
        run(database, """CREATE TABLE a (x text DEFAULT 'SECRET; CREATE TABLE b'); -- CREATE TABLE SECRET;
                         CREATE TABLE "b;c" (y int); COMMENT ON TABLE a IS 'SECRET;';
                         ALTER TABLE a ADD z int; ALTER TABLE a ADD w int;
                         CREATE INDEX i ON a (z)""", single=True)
        expect_no_secret(database)
        found = {tuple(row) for row in log(database, "command, object, statement")}
        expected = {("CREATE TABLE", 'public."b;c"', 'CREATE TABLE "b;c" (y int)'),
                    ("CREATE TABLE", "public.a", "CREATE TABLE a (x text DEFAULT '…')"),
                    ("COMMENT", "public.a", "COMMENT ON TABLE a IS '…'"),
                    ("ALTER TABLE", "public.a", "ALTER TABLE a ADD z int; ALTER TABLE a ADD w int"),
                    ("CREATE INDEX", "public.a.i", "CREATE INDEX i ON a (z)")}
        check(expected <= found, f"{found}")


def test_long_statements():
    with captured("dl_capture_secrets") as database:
        run(database, "CREATE TABLE t (a text)")
        for letter, most in (("x", 65536), ("\u00e9", 65536)):
            run(database, f"COMMENT ON TABLE t IS 'SECRET{letter * 200000}'")
            run(database, f"ALTER TABLE t ADD COLUMN {letter * 20} text /* {letter * 70000} SECRET */ DEFAULT 'SECRET'")
            run(database, f"SELECT 1 AS \"{letter * 10}\"" + f"".join(f", 1 AS {letter * 20}{n}" for n in range(1550)) + f" INTO {letter * 15}")
            expect_no_secret(database)
            longest = int(run(database, "SELECT max(octet_length(statement)) FROM driftline.ddl_log"))
            check(30000 < longest <= most, f"{longest} bytes")
        equal(faults(database), 0, "faults")


def test_other_encodings():
    """The functions do not take a character for another where the database is not in UTF-8."""
    for encoding in ("LATIN1", "SQL_ASCII", "EUC_JP"):
        with captured("dl_capture_encoding", f"ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0") as database:
            word = "\u6f22\u5b57" if encoding == "EUC_JP" else "\u00e9t\u00e9"
            run(database, f"CREATE TABLE \"{word}\" (a text DEFAULT 'SECRET', {word}$b text DEFAULT ${word}$SECRET${word}$)")
            expect_no_secret(database)
            check("'***'" in log(database, "statement")[0][0], "a mark that this encoding has")
            equal(faults(database), 0, f"faults in {encoding}")
            if encoding != "SQL_ASCII":
                equal(log(database), [["CREATE TABLE", f'public."{word}"']], encoding)
            driftline("capture", "status", ref(database))


main([test_spellings, test_every_beginning_of_a_text, test_statements_that_are_made_up, test_statements,
      test_many_statements_in_one_message, test_long_statements, test_other_encodings])
