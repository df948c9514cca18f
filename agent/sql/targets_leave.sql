-- Nobody watches anything, until targets_watch.sql says so.
UPDATE target SET watched = 0 WHERE watched = 1
