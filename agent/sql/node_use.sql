-- One more refers to it.
UPDATE node SET uses = uses + 1 WHERE hash = :hash
