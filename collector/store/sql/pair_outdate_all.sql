-- All pairs are to be worked out anew.
UPDATE pair SET policy = x'' WHERE policy <> x''
