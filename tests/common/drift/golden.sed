# Roots are the canonical form's business, and have tests of their own.
s/"root": "[0-9a-f]{64}"/"root": "…"/
s/^(from|to  )(.*)  [0-9a-f]{12}$/\1\2  …/
