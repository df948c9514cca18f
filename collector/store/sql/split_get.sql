-- Since when an environment has no majority, as far as that was told.
SELECT since FROM split WHERE database = :database AND environment = :environment
