-- The steps of a pair were followed, or need not be.
DELETE FROM pair_wait WHERE pair = :pair
