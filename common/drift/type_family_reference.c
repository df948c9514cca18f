#include "drift/type_family_reference.h"

#include "base/compiler.h"
#include "drift/type_family.h"

static const struct {
    enum type_engine engine;
    const char *name;
} engines[] = {
    {TYPE_ENGINE_POSTGRESQL, "PostgreSQL, `spec:`"},
    {TYPE_ENGINE_SQLITE, "SQLite"},
    {TYPE_ENGINE_MARIADB, "MariaDB, MySQL"},
    {TYPE_ENGINE_SQLSERVER, "SQL Server"},
    {TYPE_ENGINE_ODBC, "ODBC"},
    {TYPE_ENGINE_PYTHON, "`python:`"},
};

static const char opening[] =
    "# Comparing two engines: what is equal\n"
    "\n"
    "<!-- Written from common/drift/type_family.def by the target `docs`; changes belong there. -->\n"
    "\n"
    "When the two sides of a comparison are of different engines, they are compared by what both can say. This page "
    "is\n"
    "the whole of what was decided. Two sides of one engine are compared to the letter, and nothing here holds for "
    "them.\n"
    "MariaDB and MySQL are two engines, and so are schemas that are declared in a file (`spec:`) or in classes of "
    "Python\n"
    "(`python:`). An engine that is not in the table below is compared to the letter with every other.\n"
    "\n"
    "## What is compared\n"
    "\n"
    "| thing | what of it |\n"
    "|---|---|\n"
    "| tables | that they are there |\n"
    "| columns | that they are there; the type by its family; whether they take NULL; whether there is a default, "
    "whether "
    "the value is generated, whether the column numbers its rows: yes or no |\n"
    "| primary keys | their columns, in order |\n"
    "| unique constraints and unique indexes | which columns, in any order; whether NULLs are told apart. Both are one "
    "thing |\n"
    "| foreign keys | their columns, the table and columns they refer to, what happens on delete and on update, "
    "whether "
    "they are enforced |\n"
    "| indexes | their columns, in order |\n"
    "| enums | that they are there, and their labels; only where both engines have enums: PostgreSQL, `spec:`, "
    "`python:` "
    "|\n"
    "\n"
    "Not compared: views, routines, triggers, sequences, other types, checks and whatever else there is; texts of "
    "defaults "
    "and\n"
    "of generated values; comments, collations, the order of columns, owners, privileges, storage; the names of keys "
    "and\n"
    "indexes. Indexes with an expression, a condition or another method than the usual one are not compared either, "
    "nor\n"
    "are those over the beginning of a text, and keys that are switched off.\n"
    "How many there are of what is not compared is said in every report. It is no difference, and no reason for the\n"
    "verdict UNKNOWN. What could not be *read*, of what is compared, is one, as ever. A rename is one thing gone and\n"
    "another one new.\n"
    "\n"
    "Who declares a schema may leave things unsaid: Python says nothing of keys and indexes, a specification what its\n"
    "author left out. Such kinds are left out on both sides and counted as not declared. That is no reason for "
    "UNKNOWN\n"
    "either.\n"
    "\n";

static const char things[] =
    "## What is one thing\n"
    "\n"
    "- The default schemas are one: `public` of PostgreSQL, `dbo` of SQL Server, `main` of SQLite, MariaDB and MySQL. "
    "What\n"
    "  ODBC shows may be in any of these. Other schemas are compared by name.\n"
    "- Who declares a schema means by `public`, or by no schema, the default schema of the other side, and may call it "
    "as\n"
    "  the other side does.\n"
    "- Names of schemas, tables, enums and columns are equal without regard to the case of the letters A to Z: of two "
    "engines "
    "at\n"
    "  least one does not tell them apart, or takes names without quotes as small letters. Where a side has two names\n"
    "  that differ only in case, these are compared exactly.\n"
    "- Keys and indexes are what they are about. Two of one side that say the same are one.\n"
    "- `RESTRICT` and `NO ACTION` are one: both refuse, at another moment.\n"
    "- Columns of a primary key take no NULL. SQLite lets some in; nobody means it to.\n"
    "- A column numbers its rows by `identity`, `auto_increment`, a default that takes the next value of a sequence, "
    "or,\n"
    "  in SQLite, by being the primary key with the type `INTEGER`. That default counts as no other one, and so does\n"
    "  `NULL`.\n"
    "- A unique key of SQL Server takes one NULL, those of others as many as there are, unless they say `NULLS NOT\n"
    "  DISTINCT`. That counts where a column takes NULL. An index of SQL Server over one column with the condition "
    "that it\n"
    "  `IS NOT NULL` is as those of others.\n"
    "- InnoDB makes an index for each foreign key. One over just the columns of a foreign key in MariaDB or MySQL, "
    "which\n"
    "  the other side does not have, is no difference.\n"
    "- Partitions are tables of their own in PostgreSQL only; there the partitioned table alone is compared. Histories "
    "of\n"
    "  temporal tables, which SQL Server has, are not compared, nor are virtual tables of SQLite.\n"
    "- Through ODBC nobody sees where a value comes from: then defaults, generated values and numbering are not "
    "compared,\n"
    "  nor is whether a column takes NULL where the driver does not know. That an index may have a condition is not "
    "known\n"
    "  either: such a comparison is never IN_SYNC unless a pattern says that this does not matter.\n"
    "- An enum that the other side writes into the type of a column is no enum that is missing: `enum('a','b')` of "
    "MariaDB,\n"
    "  `Literal['b', 'a']` of Python. Labels with a backslash or a quote in them are not read there.\n"
    "- Python says nothing of where a value comes from either.\n"
    "- Patterns to ignore and severities go by the names of the side *to*; of what is gone, by those of *from*.\n";

static const char types[] =
    "\n"
    "## Which types are equal\n"
    "\n"
    "Two types are equal when they are of one family and what counts in the family is equal, where both say it. A "
    "type\n"
    "that is in no family equals none of another engine; between MariaDB and MySQL, between PostgreSQL and a "
    "specification,\n"
    "and with what ODBC shows, it equals the one that is spelled the same. Reports show the types as each engine "
    "spells them. If both spell two\n"
    "different types alike, what each means stands beside it in parentheses.\n";

static const char decisions[] =
    "\n"
    "## What was decided\n"
    "\n"
    "- A length is a length: what it counts (characters, UTF-16 units as `nvarchar` of SQL Server, bytes) and which\n"
    "  characters a code page or collation has is not compared. `nvarchar(40)` equals `varchar(40)`.\n"
    "- No length is not a length: `text` is not `varchar(40)`. `text` of MariaDB ends at 65,535 bytes; `longtext` "
    "equals\n"
    "  `text` of PostgreSQL.\n"
    "- What SQLite does not enforce counts as it was declared: `VARCHAR(40)` is not `TEXT`. `INTEGER` and `INT` say "
    "nothing\n"
    "  of a size, since numbering needs that very word: they equal an integer of any size. Times without digits equal "
    "any.\n"
    "- `tinyint(1)` of MariaDB is its boolean; without the one it is a small number. SQL Server's `tinyint` has no "
    "sign.\n"
    "- A size of integers matters: `integer` is not `bigint`. Unsigned ones are a family of their own.\n"
    "- `decimal` without digits is `decimal(18,0)` in SQL Server, `decimal(10,0)` in MariaDB, and without limit "
    "elsewhere.\n"
    "- Money is not compared: PostgreSQL's and SQL Server's have other digits.\n"
    "- Digits of a second matter: `datetime2` has seven, `timestamp` of PostgreSQL six, `datetime` of MariaDB none.\n"
    "  `datetime` of SQL Server counts as three, though it rounds to a three-hundredth. `smalldatetime` has no equal.\n"
    "- The first and the last year that a type knows are not compared, nor how long a `time` of MariaDB may be.\n"
    "- A moment is not a reading of a clock: `timestamp with time zone`, `datetimeoffset` and MariaDB's `timestamp` "
    "are one\n"
    "  family, `timestamp` without, `datetime2` and `datetime` another. `datetimeoffset` also keeps the offset.\n"
    "- SQL Server's `timestamp` is a version of a row, and no time.\n"
    "- A UUID is one only as such: `char(36)` and `binary(16)` may hold anything.\n"
    "- `json` and `jsonb` are one family. MariaDB keeps JSON as `longtext`, which is text.\n"
    "- `bytea`, `varbinary(max)` and `longblob` are without limit; `blob` of MariaDB ends at 65,535 bytes.\n"
    "- Arrays are those of PostgreSQL, a specification or Python, and equal by what they are made of; how many "
    "dimensions\n"
    "  they have is not compared, since PostgreSQL does not keep it.\n"
    "- Enums are equal by name, or by labels where the other side lists these in the type itself, in the same order "
    "but "
    "for\n"
    "  Python. Sets, ranges, domains, alias types and types of extensions have no equal, except by name in a "
    "specification.\n"
    "- An annotation of Python holds the families that are listed for it, of any size, and `|` what one of its members "
    "holds.\n"
    "  A domain is held by what holds the type that it is made of. `str` and `dict` also hold every type that is of "
    "no\n"
    "  family, as does a class that is not known; no array and no enum. `Any` and `object` hold everything. "
    "`list[T]`,\n"
    "  `Sequence[T]`, `set[T]` and `tuple[T, ...]` are arrays. `float` is no exact number, and `decimal.Decimal` "
    "nothing "
    "else.\n"
    "- `oid` and the numbers of transactions of PostgreSQL are whole numbers without sign.\n"
    "\n"
    "How severe a difference is follows from the same rules as within one engine ([severity](severity.md)): a type "
    "that\n"
    "holds fewer values is narrowed, one of another family changes it.\n";

static void write_size(struct buffer *output, int size)
{
    if (size == TYPE_SIZE_ANY)
        buffer_add_string(output, "any");
    else if (size == TYPE_SIZE_UNLIMITED)
        buffer_add_string(output, "no limit");
    else
        buffer_printf(output, "%d", size);
}

static void write_types(struct buffer *output, enum type_family family, enum type_engine engine)
{
    unsigned written = 0;

    for (size_t i = 0; i < type_row_count; i++) {
        const struct type_row *row = &type_rows[i];

        if (row->family != family || (row->engines & (unsigned)engine) == 0)
            continue;
        buffer_printf(output, "%s`%s`", written++ > 0 ? ", " : "", row->spelling);
        if (row->size != 0 || family == TYPE_FAMILY_TIME || family == TYPE_FAMILY_TIMESTAMP ||
            family == TYPE_FAMILY_TIMESTAMP_ZONE) {
            buffer_add_string(output, " (");
            write_size(output, row->size);
            buffer_add_byte(output, ')');
        }
    }
}

static void write_family(struct buffer *output, enum type_family family)
{
    buffer_printf(output, "\n### %s\n\nWhat counts: %s.\n\n| engine | types |\n|---|---|\n", type_family_name(family),
                  type_family_counts(family));
    for (size_t i = 0; i < LENGTH_OF(engines); i++) {
        size_t before = output->length, started;

        buffer_printf(output, "| %s | ", engines[i].name);
        started = output->length;
        write_types(output, family, engines[i].engine);
        if (output->length == started && !output->failed)
            output->length = before;
        else
            buffer_add_string(output, " |\n");
    }
}

void type_family_reference_write(struct buffer *output)
{
    buffer_add_string(output, opening);
    buffer_add_string(output, things);
    buffer_add_string(output, types);
    buffer_add_string(output, decisions);
    buffer_add_string(output,
                      "\n## The families\n\nBehind each type, in parentheses, what it has of what counts when no "
                      "number stands beside it.\n");
    for (unsigned family = TYPE_FAMILY_NONE + 1; family < TYPE_FAMILY_COUNT; family++)
        write_family(output, (enum type_family)family);
}
