-- A node by its row, unless it is a blob, which refers to nothing.
SELECT type, bytes FROM node WHERE id = :id AND type <> :blob
