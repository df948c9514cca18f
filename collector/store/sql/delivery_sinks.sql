-- The next sink that ever had a message, by name.
SELECT min(sink) FROM delivery WHERE sink > :after
