-- What the server is. Azure SQL Database and Managed Instance call themselves version 12 and have what SQL Server 2022
-- (16) has. A database keeps its name, its creation and its broker's identifier until it is made anew or another is
-- restored over it, and as long its numbers mean the same. Serves SQL Server 2016 and later, and Azure SQL.
-- @server
SELECT CASE WHEN CAST(SERVERPROPERTY('EngineEdition') AS int) IN (5, 8) THEN 160000
            ELSE CAST(SERVERPROPERTY('ProductMajorVersion') AS int) * 10000 END AS version,
       CAST(SERVERPROPERTY('ProductVersion') AS varchar(40)) AS text,
       CONCAT(CONVERT(nvarchar(128), SERVERPROPERTY('ServerName')), '/', d.name, ' ',
              CONVERT(nvarchar(30), d.create_date, 126), ' ', CAST(d.service_broker_guid AS varchar(36))) AS origin
  FROM sys.databases d
 WHERE d.name = DB_NAME()
