-- A new message.
INSERT INTO delivery (incident, sink, number, kind, state, created_at, attempts, next_at, tried_since, attempted_at, finished_at, events, last_event, status, problem, message)
VALUES (:incident, :sink, :number, :kind, :state, :created_at, :attempts, :next_at, :tried_since, :attempted_at, :finished_at, :events, :last_event, :status, :problem, :message)
