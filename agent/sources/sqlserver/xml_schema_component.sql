-- The named components of XML schema collections with what they are derived from: `{namespace}name element of type`.
-- Serves SQL Server 2016 and later.
-- @attach
-- @part_of xml_collection
SELECT c.xml_collection_id AS of_id,
       CONCAT('{', n.name, '}', CASE WHEN p.name IS NULL THEN '' ELSE CONCAT(p.name, '/') END, c.name, ' ',
              LOWER(c.kind_desc) COLLATE DATABASE_DEFAULT,
              CASE WHEN b.name IS NULL THEN '' ELSE CONCAT(' of ', b.name) END) AS "components{}"
  FROM sys.xml_schema_components c
  JOIN sys.xml_schema_collections x ON x.xml_collection_id = c.xml_collection_id
  JOIN sys.schemas s ON s.schema_id = x.schema_id
  LEFT JOIN sys.xml_schema_namespaces n ON n.xml_collection_id = c.xml_collection_id
                                       AND n.xml_namespace_id = c.xml_namespace_id
  LEFT JOIN sys.xml_schema_components p ON p.xml_component_id = c.scoping_xml_component_id
  LEFT JOIN sys.xml_schema_components b ON b.xml_component_id = c.base_xml_component_id
 WHERE c.name IS NOT NULL AND s.name <> 'sys'
