SELECT type, bytes FROM node WHERE hash = :hash
