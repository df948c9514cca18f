-- What few indexes have, those behind keys among them. Serves 12 to 18.
-- @attach
-- @part_of pg_class
SELECT i.indexrelid AS of_id,
       CASE WHEN i.indnatts > i.indnkeyatts
            THEN (i.indkey::int2[])[i.indnkeyatts:i.indnatts - 1] END AS "included@column",
       CASE WHEN i.indnullsnotdistinct THEN 'yes' END AS nulls_not_distinct,                       --[150000..]
       CASE WHEN NOT i.indisvalid THEN 'no' END AS valid
  FROM pg_catalog.pg_index i
 WHERE i.indrelid >= 16384
   AND (i.indnatts > i.indnkeyatts
        OR i.indnullsnotdistinct                                                                   --[150000..]
        OR NOT i.indisvalid)
