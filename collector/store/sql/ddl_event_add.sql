-- A statement as it was captured.
INSERT INTO ddl_event (target, snapshot, at, actor, application, client, command, object, statement, tx)
VALUES (:target, :snapshot, :at, :actor, :application, :client, :command, :object, :statement, :transaction)
