-- A snapshot brings other statements.
UPDATE snapshot SET statements = :statements, captured = :captured WHERE target = :target AND seq = :seq
