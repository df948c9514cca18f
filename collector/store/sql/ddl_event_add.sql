-- A statement as it was captured, unless it is there.
INSERT INTO ddl_event (target, snapshot, number, at, actor, role, application, client, command, object, statement, tx,
  unconfirmed)
VALUES (:target, :snapshot, :number, :at, :actor, :role, :application, :client, :command, :object, :statement,
  :transaction, :unconfirmed)
ON CONFLICT (target, number, at) DO NOTHING
