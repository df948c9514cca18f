-- Something happened to a drift.
INSERT INTO drift_step (drift, what, at, side, state, snapshot, change, by, note)
VALUES (:drift, :what, :at, :side, :state, :snapshot, :change, :by, :note)
