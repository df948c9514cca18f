/* recreate/writers.h - one writer a kind of object, each adding its steps. */
#ifndef DRIFTLINE_RECREATE_WRITERS_H
#define DRIFTLINE_RECREATE_WRITERS_H

#include "recreate/making.h"

/* write_database.c: what lives in no schema, but for foreign data */
void write_settings(struct making *making);
void write_schema(struct making *making, uint32_t object);
void write_extension(struct making *making, uint32_t object);
void write_language(struct making *making, uint32_t object);
void write_access_method(struct making *making, uint32_t object);
void write_event_trigger(struct making *making, uint32_t object);
void write_default_privilege(struct making *making, uint32_t object);
void write_system_privilege(struct making *making, uint32_t object);
void write_roles(struct making *making);
void write_missing(struct making *making); /* what an empty database has and the snapshot has not */

/* write_type.c */
void write_enum(struct making *making, uint32_t object);
void write_domain(struct making *making, uint32_t object);
void write_composite_type(struct making *making, uint32_t object);
void write_range_type(struct making *making, uint32_t object);
void write_base_type(struct making *making, uint32_t object);
void write_collation(struct making *making, uint32_t object);
void write_conversion(struct making *making, uint32_t object);

/* write_routine.c */
void write_function(struct making *making, uint32_t object);
void write_procedure(struct making *making, uint32_t object);
void write_aggregate(struct making *making, uint32_t object);

/* An operator as the server shows it, `<(integer,integer)`, as OPERATOR(pg_catalog.<). */
void put_operator(struct making *making, struct text shown);

/* write_operator.c */
void write_operator(struct making *making, uint32_t object);
void write_operator_family(struct making *making, uint32_t object);
void write_operator_class(struct making *making, uint32_t object);
void write_cast(struct making *making, uint32_t object);
void write_transform(struct making *making, uint32_t object);

/* write_text_search.c */
void write_text_search_parser(struct making *making, uint32_t object);
void write_text_search_template(struct making *making, uint32_t object);
void write_text_search_dictionary(struct making *making, uint32_t object);
void write_text_search_configuration(struct making *making, uint32_t object);

/* write_foreign.c, with what it shares with columns and tables */
void write_foreign_data_wrapper(struct making *making, uint32_t object);
void write_foreign_server(struct making *making, uint32_t object);
void write_user_mapping(struct making *making, uint32_t object);
void put_options(struct making *making, const struct facts *facts, const char *before, const char *each);

/* write_replication.c */
void write_publication(struct making *making, uint32_t object);
void write_subscription(struct making *making, uint32_t object);

/* write_sequence.c */
void write_sequence(struct making *making, uint32_t object);
void write_statistics(struct making *making, uint32_t object);

/* write_table.c, write_view.c */
void write_table(struct making *making, uint32_t object); /* foreign ones, too */
void write_view(struct making *making, uint32_t object);  /* materialized ones, too */

/* write_constraint.c, write_index.c, write_trigger.c: parts that have steps of their own. */
void write_constraint(struct making *making, uint32_t object, const struct part *part);
void write_index(struct making *making, uint32_t object, const struct part *part);
void write_trigger(struct making *making, uint32_t object, const struct part *part);
void write_inherited_triggers(struct making *making, uint32_t object);
void write_rule(struct making *making, uint32_t object, const struct part *part);
void write_policy(struct making *making, uint32_t object, const struct part *part);

/* ` WITH (a=1, b='x')`, of settings `a=1`. */
void put_settings(struct making *making, const struct attribute *settings);

#endif
