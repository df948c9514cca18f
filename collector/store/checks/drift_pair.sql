-- What lives is of a pair that is not over.
SELECT printf('drift %d lives, though its pair %d is over', drift.id, pair.id)
FROM drift JOIN pair ON pair.id = drift.pair
WHERE ending = 0 AND active = 0
