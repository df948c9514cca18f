-- One run of what keeps something in line.
INSERT INTO sync_run (at, by, kind, name, database, environment, state, manual, root, lead, url, detail)
VALUES (:at, :by, :kind, :name, :database, :environment, :state, :manual, :root, :lead, :url, :detail)
