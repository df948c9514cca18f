-- What a trigger of the database fires on: single events, or the group that was named.
-- Serves SQL Server 2016 and later.
-- @attach
-- @part_of object
SELECT r.object_id AS of_id,
       COALESCE(e.event_group_type_desc, e.type_desc) AS "tags{}"
  FROM sys.triggers r
  JOIN sys.trigger_events e ON e.object_id = r.object_id
 WHERE r.parent_class = 0
