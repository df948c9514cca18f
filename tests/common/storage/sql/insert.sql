-- A comment with "quotes", a \ backslash; and a semicolon.
INSERT INTO thing (name, number, bytes) VALUES (:name, :number, :bytes);
