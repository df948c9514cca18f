-- XML schema collections; what is in them is in xml_schema_component.sql. Serves SQL Server 2016 and later.
-- @kind xml_schema_collection
-- @catalogue xml_collection
SELECT x.xml_collection_id AS id,
       s.name AS "schema",
       x.name AS name,
       x.principal_id AS "owner@principal"
  FROM sys.xml_schema_collections x
  JOIN sys.schemas s ON s.schema_id = x.schema_id
 WHERE s.name <> 'sys'
