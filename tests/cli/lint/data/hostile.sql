\i more.sql
DROP TABLE "<script>alert(1)</script>";
DROP TABLE "a](http://x)b{0}"; -- driftline: allow drop-table ::error::forged%0A|x|`y`
ALTER TABLE "x,y:z" DROP COLUMN "
::error file=a::b",
  DROP COLUMN "tab	and'quote";
DROP TABLE "â€®turned";
DROP TABLE "ÿ";
DROP TABLE "]]>";
