-- What row-level security adds to a table: one predicate of a policy a part. Serves SQL Server 2016 and later.
-- @kind policy
-- @catalogue security_predicate
-- @part_of object
-- @plain_lines
SELECT q.target_object_id AS part_of_id,
       CONCAT(q.policy, ' ', q.form, CASE WHEN q.place > 1 THEN CONCAT(' #', q.place) ELSE '' END) AS name,
       q.predicate_definition AS expression,
       CASE q.is_enabled WHEN 0 THEN 'no' END AS enabled,
       CASE q.is_not_for_replication WHEN 1 THEN 'yes' END AS not_for_replication
  FROM (SELECT r.target_object_id, r.predicate_definition, p.is_enabled, p.is_not_for_replication,
               CONCAT(s.name, '.', p.name) AS policy,
               CASE WHEN r.predicate_type = 0 THEN 'filter'
                    ELSE CONCAT('block', CASE r.operation WHEN 1 THEN ' after insert' WHEN 2 THEN ' after update'
                                                          WHEN 3 THEN ' before update' WHEN 4 THEN ' before delete'
                                                          ELSE '' END) END AS form,
               ROW_NUMBER() OVER (PARTITION BY r.object_id, r.target_object_id, r.predicate_type, r.operation
                                  ORDER BY r.predicate_definition) AS place
          FROM sys.security_predicates r
          JOIN sys.security_policies p ON p.object_id = r.object_id
          JOIN sys.schemas s ON s.schema_id = p.schema_id) AS q
