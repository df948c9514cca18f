-- What is kept of runs that bring things in line makes sense.
SELECT printf('run %d of %s makes no sense', id, kind)
FROM sync_run
WHERE by = '' OR kind = '' OR name = '' OR database = '' OR state NOT BETWEEN 0 AND 9 OR manual NOT BETWEEN 0 AND 1
  OR length(root) <> 32 OR lead < 0
