DELETE FROM snapshot WHERE target = :target AND seq = :seq
RETURNING root, acknowledged_at IS NOT NULL, statements, captured,
          (SELECT watched FROM target WHERE target.id = snapshot.target)
