-- The sequences behind identity columns, as attributes of these columns. Serves 12 to 18.
-- Options that have the value which the server would choose are left out: counting starts at the lower limit going up
-- and at the upper one going down, and the limits depend on direction and type (21 is smallint, 23 integer).
-- @attach
-- @kind column
SELECT 'pg_class' AS of,
       d.refobjid AS of_id,
       d.refobjsubid AS of_sub_id,
       pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS identity_sequence,
       NULLIF(pg_catalog.concat_ws(' ',
           CASE WHEN s.seqstart <> CASE WHEN s.seqincrement > 0 THEN s.seqmin ELSE s.seqmax END
                THEN 'START WITH ' || s.seqstart END,
           CASE WHEN s.seqincrement <> 1 THEN 'INCREMENT BY ' || s.seqincrement END,
           CASE WHEN s.seqmin <> CASE WHEN s.seqincrement > 0 THEN 1
                                      WHEN s.seqtypid = 21 THEN -32768
                                      WHEN s.seqtypid = 23 THEN -2147483648
                                      ELSE -9223372036854775808 END
                THEN 'MINVALUE ' || s.seqmin END,
           CASE WHEN s.seqmax <> CASE WHEN s.seqincrement < 0 THEN -1
                                      WHEN s.seqtypid = 21 THEN 32767
                                      WHEN s.seqtypid = 23 THEN 2147483647
                                      ELSE 9223372036854775807 END
                THEN 'MAXVALUE ' || s.seqmax END,
           CASE WHEN s.seqcache <> 1 THEN 'CACHE ' || s.seqcache END,
           CASE WHEN c.relpersistence <> t.relpersistence                                          --[150000..]
                THEN CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED' ELSE 'LOGGED' END END,         --[150000..]
           CASE WHEN s.seqcycle THEN 'CYCLE' END), '') AS identity_options,
       pg_catalog.obj_description(c.oid, 'pg_class') AS identity_comment
  FROM pg_catalog.pg_sequence s
  JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = s.seqrelid
                             AND d.objsubid = 0 AND d.refclassid = 'pg_catalog.pg_class'::regclass
                             AND d.refobjsubid > 0 AND d.deptype = 'i'
  JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
  JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relpersistence <> 't'
