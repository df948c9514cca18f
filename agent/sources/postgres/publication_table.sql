-- The tables of publications, each with its columns and its filter if there are any. Serves 12 to 18.
-- @attach
-- @kind publication
SELECT 'pg_publication' AS of,
       r.prpubid AS of_id,
       r.prrelid::regclass::text
       || CASE WHEN r.prattrs IS NULL THEN ''                                                      --[150000..]
               ELSE (SELECT ' (' || pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' --[150000..]
                                                          ORDER BY a.attnum) || ')'                --[150000..]
                       FROM pg_catalog.pg_attribute a                                              --[150000..]
                      WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) END             --[150000..]
       || CASE WHEN r.prqual IS NULL THEN ''                                                       --[150000..]
               ELSE ' WHERE ' || pg_catalog.pg_get_expr(r.prqual, r.prrelid) END                   --[150000..]
       AS "tables{}"
  FROM pg_catalog.pg_publication_rel r
