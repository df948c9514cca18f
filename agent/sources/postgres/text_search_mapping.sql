-- For each kind of token the dictionaries of a text search configuration, in order. Only a
-- parser knows what its kinds of token are called; each is asked once. Serves 12 to 18.
-- @attach
SELECT 'pg_ts_config' AS of,
       m.mapcfg AS of_id,
       t.alias || ': ' || m.dictionaries AS "mappings{}"
  FROM (SELECT mapcfg, maptokentype,
               pg_catalog.string_agg(mapdict::regdictionary::text, ', ' ORDER BY mapseqno) AS dictionaries
          FROM pg_catalog.pg_ts_config_map
         WHERE mapcfg >= 16384
         GROUP BY mapcfg, maptokentype) m
  JOIN pg_catalog.pg_ts_config c ON c.oid = m.mapcfg
  JOIN (SELECT u.cfgparser, k.tokid, k.alias
          FROM (SELECT DISTINCT cfgparser FROM pg_catalog.pg_ts_config WHERE oid >= 16384) u,
               LATERAL pg_catalog.ts_token_type(u.cfgparser) k) t
    ON t.cfgparser = c.cfgparser AND t.tokid = m.maptokentype
