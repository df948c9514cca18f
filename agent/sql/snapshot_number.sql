-- Number all snapshots anew, each target's from 1 without holes; nobody has acknowledged any. What came before the first
-- ones is not known.
UPDATE snapshot
   SET seq = (SELECT count(*) FROM snapshot AS older WHERE older.target = snapshot.target AND older.id <= snapshot.id),
       captured = captured AND EXISTS (SELECT 1 FROM snapshot AS older
                                        WHERE older.target = snapshot.target AND older.id < snapshot.id),
       acknowledged_at = NULL
