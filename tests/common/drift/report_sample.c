#include "common/drift/report_sample.h"

#include "common/drift/snapshot_text.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024 };

const struct report_sample report_samples[] = {
    {.name = "in_sync", .from = "table shop.t\n", .to = "table shop.t\n"},
    {.name = "not_covered",
     .from = "gap policy reason='permission denied'\n",
     .to = "gap table 'shop.locked' reason='lock timeout'\n"},
    {.name = "other_version", .from = "table shop.t\n", .to = "", .other_canonical_version = true},
    {.name = "other_major",
     .from = "@server postgresql 15.20\ntable shop.t comment=old\nview shop.v definition='SELECT t.a FROM shop.t'\n",
     .to = "@server postgresql 16.3\ntable shop.t comment=new\nview shop.v definition='SELECT a FROM shop.t'\n"},
    {.name = "shop",
     .from = "@origin shop-db\n"
             "gap subscription reason='permission denied'\n"
             "enum shop.status #1 labels=[new|paid|sent]\n"
             "table shop.orders #2 owner=alice grants=['SELECT TO bob'|'INSERT TO bob'] column_order=[id|note|total]\n"
             "  column id #1 type=bigint nullable=no identity=always\n"
             "  column note #2 type=text nullable=yes\n"
             "  column total #3 type='numeric(12,2)' nullable=no default=0\n"
             "  index orders_note #81 method=btree columns=[note]\n"
             "view shop.open #3 definition=' SELECT id,\n    total\n   FROM shop.orders\n  WHERE note IS NULL\n"
             "  ORDER BY id\n  LIMIT 10;'\n"
             "function shop.total(integer) #4 body='SELECT 1' comment='how much'\n"
             "sequence shop.numbers #5 start=1\n",
     .to =
         "@origin shop-db\n"
         "enum shop.status #1 labels=[new|paid|sent|done]\n"
         "table shop.orders #2 owner=carol grants=['SELECT TO PUBLIC'|'SELECT TO bob'] column_order=[total|id|remark]\n"
         "  column id #1 type=bigint nullable=no identity=always\n"
         "  column remark #2 type=text nullable=yes\n"
         "  column total #3 type='numeric(10,2)' nullable=no\n"
         "  column extra #4 type=text nullable=no\n"
         "view shop.open #3 definition=' SELECT id,\n    total\n   FROM shop.orders\n  WHERE remark IS NULL\n"
         "  ORDER BY id\n  LIMIT 10;'\n"
         "function shop.total(integer) #4 body='SELECT 1 + (SELECT count(*) FROM shop.orders WHERE total > 100 AND "
         "remark IS NOT NULL)'\n"
         "sequence shop.counter #5 start=1\n"},
    {.name = "renamed_elsewhere",
     .from = "table shop.old comment=x\n  column a type=text\n",
     .to = "table shop.new comment=x\n  column a type=text\n"},
    {.name = "hostile",
     .from = "table shop.'two\nlines' comment='a|b' \n"
             "  column '</td>]]><script>' type=text comment='<b>&amp;'\n"
             "  column '::error file=x::boo' type=text\n"
             "view shop.v definition='a\n```\n````` five\n@everyone\n<!-- -->'\n"
             "function shop.f(integer) body='\x1b[31mred\x07'\n",
     .to = "table shop.'two\nlines' comment='a\\|b @everyone #1 `code` ` %0A::warning::x'\n"
           "  column '</td>]]><script>' type=text comment='\xff\xfe bytes \\xff'\n"
           "  column ']]>' type=text\n"
           "view shop.v definition='a\n```\n`````` six\n@everyone\n]]>\xe2\x80\xae reversed'\n"
           "function shop.f(integer) body='\x1b[0mplain\x01'\n"
           "gap cast 'x\n::error::y' reason='\r\n%'\n"},
    {.name = "two_engines",
     .from = "@server postgresql 16.3\n"
             "gap index reason='permission denied'\n"
             "table public.orders\n"
             "  column id type=bigint nullable=no identity=always\n"
             "  column note type='character varying(40)' nullable=yes\n"
             "  column total type='numeric(12,2)' nullable=no default=0\n"
             "  column seen type=timestamp nullable=yes\n"
             "  check positive expression='(total > 0)'\n"
             "  primary_key orders_pkey columns=[id]\n"
             "view public.open\nview public.closed\n"
             "table public.orders_1 partition_of=public.orders\n",
     .to = "@server sqlserver 16.0\n"
           "table dbo.orders\n"
           "  column id type=bigint nullable=no identity='1,1'\n"
           "  column note type='nvarchar(20)' nullable=yes\n"
           "  column total type='decimal(12,2)' nullable=no default='((0))'\n"
           "  column seen type=timestamp nullable=no\n"
           "  primary_key pk columns=[id]\n"
           "  index by_note columns=['lower(note)']\n"},
    {0},
};

void sample_report_init(struct sample_report *sample, const struct report_sample *source)
{
    struct diff_options options;
    struct error error = {0};

    arena_init(&sample->arena, ARENA_LIMIT);
    sample->from = snapshot_from_text(source->from);
    sample->to = snapshot_from_text(source->to);
    sample->from->info.taken_at = INT64_C(1795255200000000);
    sample->to->canonical_version += source->other_canonical_version;
    diff_options_init(&options);
    if (diff_snapshots(&sample->diff, sample->from, sample->to, &options, &sample->arena, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    sample->report =
        (struct report){.diff = &sample->diff, .from = sample->from, .to = sample->to, .show_equivalent = true};
}

void sample_report_clear(struct sample_report *sample)
{
    snapshot_free(sample->from);
    snapshot_free(sample->to);
    arena_free(&sample->arena);
}
