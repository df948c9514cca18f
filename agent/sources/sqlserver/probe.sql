-- The newest change of what carries a date, and counts of what does not. ALTER without effect moves the date, too, and
-- a grant given and one taken at the same time leave the counts alone: it is not exact.
-- Serves SQL Server 2016 and later.
-- @probe
SELECT (SELECT CONVERT(nvarchar(30), MAX(o.modify_date), 126) FROM sys.objects o) AS newest_object,
       (SELECT COUNT(*) FROM sys.objects o) AS objects,
       (SELECT CONVERT(nvarchar(30), MAX(r.modify_date), 126) FROM sys.triggers r) AS newest_trigger,
       (SELECT COUNT(*) FROM sys.triggers r) AS triggers,
       (SELECT COUNT(*) FROM sys.columns c) AS columns,
       (SELECT COUNT(*) FROM sys.indexes i) AS indexes,
       (SELECT COUNT(*) FROM sys.types y) AS types,
       (SELECT COUNT(*) FROM sys.schemas s) AS schemas,
       (SELECT CONVERT(nvarchar(30), MAX(x.modify_date), 126) FROM sys.xml_schema_collections x) AS newest_xml,
       (SELECT COUNT(*) FROM sys.xml_schema_collections x) AS xml_collections,
       (SELECT CONVERT(nvarchar(30), MAX(f.modify_date), 126) FROM sys.partition_functions f) AS newest_partition,
       (SELECT COUNT(*) FROM sys.destination_data_spaces e) AS destinations,
       (SELECT CONVERT(nvarchar(30), MAX(p.modify_date), 126) FROM sys.database_principals p) AS newest_principal,
       (SELECT COUNT(*) FROM sys.database_principals p) AS principals,
       (SELECT COUNT(*) FROM sys.database_role_members m) AS members,
       (SELECT COUNT(*) FROM sys.database_permissions p) AS permissions,
       (SELECT COUNT(*) FROM sys.extended_properties e) AS properties
