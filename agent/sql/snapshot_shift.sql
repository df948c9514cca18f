-- Out of the way of the new numbers.
UPDATE snapshot SET seq = -seq
