"""The stand-in for SQL Server (standin.sql): how a database with it is made, and how it is read."""
import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
DRIVER = os.environ.get("DRIFTLINE_TEST_ODBC_POSTGRES", "PostgreSQL Unicode")


def settings():
    with open(os.path.join(os.environ["DRIFTLINE_TEST_PG"], "env"), encoding="ascii") as file:
        return dict(line.strip().split("=", 1) for line in file)


SERVER = settings()
ENVIRONMENT = {**os.environ, "PGHOST": SERVER["PGHOST"], "PGPORT": SERVER["PGPORT"], "PGUSER": SERVER["PGUSER"]}


def psql(database, *arguments, text=None):
    """Run statements or files; answers what was printed."""
    return subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database, *arguments], check=True, text=True,
                          input=text, stdout=subprocess.PIPE,
                          env={**ENVIRONMENT, "PGOPTIONS": "-c client_min_messages=warning"}).stdout


def reference(database, dialect="sqlserver"):
    forced = f"DriftlineDialect={dialect};" if dialect else ""
    return (f"odbc:Driver={DRIVER};Servername={SERVER['PGHOST']};Port={SERVER['PGPORT']};Database={database};"
            f"UID={SERVER['PGUSER']};{forced}")
