-- Triggers that a partition has from its parent, where they are enabled otherwise than the parent's. Serves 13 to 18:
-- before, the server does not say from which trigger a clone stems.
-- @versions 130000..
-- @attach
-- @part_of pg_class
SELECT t.tgrelid AS of_id,
       pg_catalog.quote_ident(t.tgname) || ': ' ||
       CASE t.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always'
                        ELSE 'enabled' END AS "inherited_triggers{}"
  FROM pg_catalog.pg_trigger t
  JOIN pg_catalog.pg_trigger u ON u.oid = t.tgparentid AND u.tgenabled <> t.tgenabled
 WHERE NOT u.tgisinternal
