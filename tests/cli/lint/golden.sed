# Roots are the canonical form's business, and have tests of their own.
s/"root": "[0-9a-f]{64}"/"root": "…"/
s/[0-9a-f]{12}$/…/
s/<code>[0-9a-f]{12}</<code>…</
