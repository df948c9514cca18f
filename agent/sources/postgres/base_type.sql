-- Base types, and shell types that wait for their definition. Array types, which come with every other type, are known
-- by their input function. Serves 12 to 18.
-- @kind base_type
-- @catalogue pg_type
SELECT t.oid AS id,
       n.nspname AS schema,
       t.typname AS name,
       t.typowner AS "owner@pg_roles",
       CASE WHEN NOT t.typisdefined THEN 'yes' END AS shell,
       CASE WHEN t.typisdefined
            THEN CASE t.typlen WHEN -1 THEN 'variable' ELSE t.typlen::text END END AS length,
       CASE WHEN t.typisdefined THEN t.typinput END AS input_function,
       CASE WHEN t.typisdefined THEN t.typoutput END AS output_function,
       NULLIF(t.typreceive::text, '-') AS receive_function,
       NULLIF(t.typsend::text, '-') AS send_function,
       NULLIF(t.typmodin::text, '-') AS modifier_input_function,
       NULLIF(t.typmodout::text, '-') AS modifier_output_function,
       NULLIF(t.typanalyze::text, '-') AS analyze_function,
       NULLIF(t.typsubscript::text, '-') AS subscript_function, --[140000..]
       CASE WHEN t.typcollation <> 0 THEN 'yes' END AS collatable,
       CASE WHEN t.typdefaultbin IS NOT NULL
            THEN pg_catalog.pg_get_expr(t.typdefaultbin, 'pg_catalog.pg_type'::regclass)
            ELSE pg_catalog.quote_literal(t.typdefault) END AS "default",
       CASE WHEN t.typelem <> 0 THEN pg_catalog.format_type(t.typelem, NULL) END AS element_type,
       CASE WHEN t.typisdefined THEN NULLIF(t.typcategory, 'U') END AS category,
       CASE WHEN t.typispreferred THEN 'yes' END AS preferred,
       NULLIF(t.typdelim, ',') AS delimiter,
       CASE WHEN t.typisdefined
            THEN CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'i' THEN 'int4' ELSE 'double' END
            END AS alignment,
       CASE WHEN t.typisdefined
            THEN CASE t.typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main'
                                   ELSE 'extended' END
            END AS storage,
       CASE WHEN t.typisdefined AND t.typbyval THEN 'yes' END AS passed_by_value
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
 WHERE (t.typtype = 'b' AND t.typinput <> 'pg_catalog.array_in'::regproc
        OR t.typtype = 'p' AND NOT t.typisdefined)
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND t.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_type'::regclass)
