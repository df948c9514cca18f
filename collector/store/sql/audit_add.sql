-- Somebody did something.
INSERT INTO audit (at, by, action, subject, data) VALUES (:at, :by, :action, :subject, :data)
