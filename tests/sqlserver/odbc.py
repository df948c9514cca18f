"""Statements through unixODBC with nothing but Python: SQL for a server that has no client here."""
import ctypes
import ctypes.util

SUCCESS, WITH_INFO, NO_DATA = 0, 1, 100
ENVIRONMENT, CONNECTION, STATEMENT = 1, 2, 3


class Refused(Exception):
    """What the driver says of a statement or connection."""


class Connection:
    def __init__(self, text):
        self.library = ctypes.CDLL(ctypes.util.find_library("odbc") or "libodbc.so.2")
        self.environment = self._allocate(ENVIRONMENT, None)
        self.library.SQLSetEnvAttr(self.environment, 200, ctypes.c_void_p(3), 0)  # ODBC 3
        self.connection = self._allocate(CONNECTION, self.environment)
        self._check(self.library.SQLDriverConnect(self.connection, None, ctypes.c_char_p(text.encode()), ctypes.c_short(-3), None, 0, None,
                                                  ctypes.c_ushort(0)), CONNECTION, self.connection)

    def run(self, sql):
        """One batch, with all its results."""
        statement = self._allocate(STATEMENT, self.connection)
        try:
            units = sql.encode("utf-16-le") + b"\0\0"
            code = self.library.SQLExecDirectW(statement, ctypes.c_char_p(units), len(units) // 2 - 1)
            while code != NO_DATA:
                self._check(code, STATEMENT, statement)
                code = self.library.SQLMoreResults(statement)
        finally:
            self.library.SQLFreeHandle(ctypes.c_short(STATEMENT), statement)

    def script(self, sql):
        """Batches that lines with GO divide."""
        batch = []
        for line in [*sql.splitlines(), "GO"]:
            if line.strip().upper() != "GO":
                batch.append(line)
            elif any(part.strip() and not part.startswith("--") for part in batch):
                self.run("\n".join(batch))
                batch = []
            else:
                batch = []

    def close(self):
        self.library.SQLDisconnect(self.connection)
        self.library.SQLFreeHandle(ctypes.c_short(CONNECTION), self.connection)
        self.library.SQLFreeHandle(ctypes.c_short(ENVIRONMENT), self.environment)

    def _allocate(self, kind, parent):
        handle = ctypes.c_void_p()
        if self.library.SQLAllocHandle(ctypes.c_short(kind), parent, ctypes.byref(handle)) not in (SUCCESS, WITH_INFO):
            raise Refused("no handle of ODBC")
        return handle

    def _check(self, code, kind, handle):
        if ctypes.c_short(code).value in (SUCCESS, WITH_INFO, NO_DATA):
            return
        state, text = ctypes.create_string_buffer(6), ctypes.create_string_buffer(2000)
        self.library.SQLGetDiagRec(ctypes.c_short(kind), handle, ctypes.c_short(1), state, None, text, ctypes.c_short(len(text)), None)
        raise Refused(f"{state.value.decode()} {text.value.decode(errors='replace')}")
