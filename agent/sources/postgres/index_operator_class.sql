-- Operator classes of index keys, for indexes that have one among them which may have been chosen by hand: one that is
-- not its type's default, or whose type also takes values that have another default (bpchar_ops on text). Indexes have
-- few different lists of classes, so that each list is judged once. Serves 12 to 18.
-- @attach
-- @part_of pg_class
WITH ordinary AS (
  SELECT array_agg(o.oid) AS classes
    FROM pg_catalog.pg_opclass o
   WHERE o.opcdefault
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_cast c
                       JOIN pg_catalog.pg_opclass s
                         ON s.opcintype = c.castsource AND s.opcdefault AND s.opcmethod = o.opcmethod
                      WHERE c.casttarget = o.opcintype AND c.castmethod = 'b' AND c.castcontext = 'i')),
chosen AS (
  SELECT l.indclass
    FROM (SELECT DISTINCT i.indclass FROM pg_catalog.pg_index i WHERE i.indrelid >= 16384) AS l, ordinary
   WHERE NOT l.indclass::oid[] <@ ordinary.classes)
SELECT i.indexrelid AS of_id,
       CASE WHEN o.oid = ANY (ordinary.classes) THEN ''
            ELSE pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(o.opcname)
             END AS "operator_classes[]"
  FROM ordinary
 CROSS JOIN chosen
  JOIN pg_catalog.pg_index i ON i.indclass = chosen.indclass AND i.indrelid >= 16384 AND NOT i.indisexclusion
 CROSS JOIN LATERAL unnest(i.indclass::oid[]) WITH ORDINALITY AS k(class, position)
  JOIN pg_catalog.pg_opclass o ON o.oid = k.class
  JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
 ORDER BY i.indexrelid, k.position
