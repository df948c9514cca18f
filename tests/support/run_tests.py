"""Running functions as tests."""
import sys
import tempfile
import time
import traceback


def run(tests, failure):
    """Run functions, or those that are named, each with a folder of its own; the exit status of the program. `failure` is what
    they raise."""
    failed = 0
    wanted = sys.argv[1:]
    for test in tests:
        if wanted and test.__name__ not in wanted:
            continue
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(folder)
                print(f"ok      {test.__name__} ({time.monotonic() - begun:.1f} s)")
            except failure as found:
                failed += 1
                place = traceback.extract_tb(found.__traceback__)
                lines = [one.lineno for one in place if one.filename.endswith("_test.py")]
                print(f"FAILED  {test.__name__}, line {lines}: {found}")
        sys.stdout.flush()
    return 1 if failed else 0
