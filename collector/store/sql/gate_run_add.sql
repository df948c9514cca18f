-- One answer of the gate.
INSERT INTO gate_run (at, by, database, from_environment, to_environment, verdict, from_root, to_root, against, pinned, answer)
VALUES (:at, :by, :database, :from, :to, :verdict, :from_root, :to_root, :against, :pinned, :answer)
