-- One captured statement by its number, with how many changes name it.
SELECT ddl_event.id, ddl_event.snapshot, target.database, target.environment, target.instance, number, at, actor, role,
  application, client, command, object, statement, tx, unconfirmed,
  (SELECT count(*) FROM change WHERE ddl_event = ddl_event.id)
FROM ddl_event JOIN target ON target.id = ddl_event.target
WHERE ddl_event.id = :id
