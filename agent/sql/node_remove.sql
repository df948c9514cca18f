DELETE FROM node WHERE hash = :hash
