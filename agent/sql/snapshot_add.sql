INSERT INTO snapshot (target, seq, root, taken_at, server_version, reference, renames, fresh, statements, captured,
                      lost_reason)
VALUES (:target, :seq, :root, :taken_at, :server_version, :reference, :renames, :fresh, :statements, :captured,
        (SELECT lost_reason FROM target WHERE id = :target))
