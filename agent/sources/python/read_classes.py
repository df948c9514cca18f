"""Last part: which tables and enums the classes are, as JSON on standard output.

Standard input has what the mapping file says and then the files, as python_child.c writes them. Before a file is
parsed, a dot is written, so that it is known which one was too much. docs/reference/python.md describes what is
understood.
"""
import ast
import fnmatch
import gc
import json
import os
import re
import sys

REASON_LIMIT = 200
NUMBER_BITS = 256  # of the value of a member
IRREGULAR = {"person": "people", "child": "children", "man": "men", "woman": "women", "foot": "feet", "tooth": "teeth",
             "mouse": "mice", "goose": "geese", "leaf": "leaves", "life": "lives", "half": "halves", "shelf": "shelves",
             "wolf": "wolves", "knife": "knives", "wife": "wives", "datum": "data", "medium": "media", "index": "indexes",
             "quiz": "quizzes", "ox": "oxen"}
UNCOUNTABLE = {"data", "news", "series", "species", "information", "equipment", "metadata", "media", "people", "children",
               "sheep", "fish", "money", "staff", "feedback", "history", "software", "hardware", "traffic"}
OF_CLASS = re.compile(r"^[ \t]*(Rows? of(?: [a-z ]{1,40})?|Insert into [a-z ]{1,40}|Update of [a-z ]{1,40}|Enum) `", re.M)


# ---------------------------------------------------------------- names


def snake_case(name):
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


def plural(word):
    head, _, last = word.rpartition("_")
    head = head + "_" if head else ""
    if last in IRREGULAR:
        return head + IRREGULAR[last]
    if last in UNCOUNTABLE or (last.endswith("s") and not last.endswith(("ss", "us", "is", "as", "os"))):
        return word  # it is one already
    if last.endswith("is"):
        return head + last[:-2] + "es"
    if last.endswith("y") and last[-2:-1] not in ("a", "e", "i", "o", "u"):
        return head + last[:-1] + "ies"
    return word + ("es" if last.endswith(("s", "x", "z", "ch", "sh")) else "s")


def dotted(text, at=0):
    """The elements of `shop."Odd Name"` from a place on, and where they end; ([], at) when there are none."""
    elements = []
    element = re.compile(r'"((?:[^"]|"")+)"|([^"`.]+)')
    while True:
        found = element.match(text, at)
        if found is None:
            return [], at
        elements.append(found.group(2) if found.group(1) is None else found.group(1).replace('""', '"'))
        at = found.end()
        if text[at:at + 1] != ".":
            return elements, at
        at += 1


def marker(docstring):
    """What a docstring says that a class is, "Enum" and its path, and the docstring without that; None when nothing."""
    begin = OF_CLASS.search(docstring)
    path, end = dotted(docstring, begin.end()) if begin else ([], 0)
    if len(path) != 2 or docstring[end:end + 2] != "`.":
        return None, None, docstring
    return begin.group(1), path, docstring[:begin.start()] + docstring[end + 2:]


class Namer:
    """Which table or enum a class is: by the line in its docstring, the mapping file, or what it is called."""

    def __init__(self, tree, settings):
        self.tree = tree
        self.schema = settings["schema"]
        self.tables = {entry["class"]: entry["name"] for entry in settings["tables"]}
        self.enums = {entry["class"]: entry["name"] for entry in settings["enums"]}
        self.ignored = settings["ignore"]

    def path(self, name):
        elements, end = dotted(name)
        if end != len(name) or len(elements) not in (1, 2):
            return [self.schema, name]
        return elements if len(elements) == 2 else [self.schema] + elements

    def is_ignored(self, found):
        return any(
            fnmatch.fnmatchcase(name, pattern) for pattern in self.ignored for name in (found.simple_name, found.full_name)
        )

    def mapped(self, found, names):
        name = names.get(found.full_name, names.get(found.name, names.get(found.simple_name)))
        return None if name is None else self.path(name)

    def table_of(self, found):
        if self.is_ignored(found):
            return None
        sort, path, _ = marker(found.docstring())
        if sort is not None:
            return path if sort == "Row of table" else None
        simple = found.simple_name.lstrip("_")
        if self.mapped(found, self.tables) is not None:
            return self.mapped(found, self.tables)
        if simple.endswith("Row") and simple != "Row":
            return [self.schema, plural(snake_case(simple[:-3]))]
        return None

    def enum_of(self, found):
        """Of a class or a call that makes one; None as well when it has no members."""
        if self.is_ignored(found) or not is_enum(self.tree, found) or not has_members(found):
            return None
        sort, path, _ = marker(found.docstring())
        if sort is not None:
            return path if sort == "Enum" else None
        if self.mapped(found, self.enums) is not None:
            return self.mapped(found, self.enums)
        name = snake_case(found.simple_name.lstrip("_"))
        return [self.schema, name] if name else None


# ---------------------------------------------------------------- enums


def members_of(body):
    """(name, value) of every assignment that makes a member."""
    for node in body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            targets = [node.target]
        for target in targets:
            if isinstance(target, ast.Name) and not target.id.startswith("_"):
                yield target.id, node.value
            elif isinstance(target, (ast.Tuple, ast.List)):
                raise Unresolved("members are assigned together")


def has_members(found):
    if isinstance(found, Value):
        return True
    return any(
        isinstance(node, (ast.Assign, ast.AnnAssign, ast.If)) and not is_hidden(node) for node in found.node.body
    )


def is_hidden(node):
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return getattr(node, "value", 1) is None or all(isinstance(one, ast.Name) and one.id[0] == "_" for one in targets)


class Labels:
    """The labels of an enum: the values of its members, or their names."""

    def __init__(self, tree, by_name):
        self.tree = tree
        self.by_name = by_name
        self.known = {}  # members of the enum at hand, so far
        self.known_scope = None

    def of(self, found):
        if isinstance(found, Value):
            members = self.functional(found)
        else:
            members = self.of_class(found)
        labels = {}
        for name, value in members:
            if self.is_flag(found) and bin(value[1]).count("1") != 1:
                continue  # several at once, or none
            labels.setdefault(value, name)  # a second name of one value is no member
        return list(labels.values()) if self.by_name else [self.label(value) for value in labels]

    @staticmethod
    def label(value):
        return value[1] if value[0] is str else str(value[1])

    def kinds(self, found):
        return {one.name for one in ancestors(self.tree, found) if isinstance(one, Known) and one.module == "enum"}

    def is_flag(self, found):
        return bool(self.kinds(found) & {"Flag", "IntFlag"})

    def of_class(self, found):
        body, members, last = found.node.body, [], []
        self.known, self.known_scope = {}, found.scope
        if any(isinstance(node, ast.If) for node in body):
            raise Unresolved("members depend on a condition")
        for name, node in members_of(body):
            head = attempt(self.tree, node.func, found.scope) if isinstance(node, ast.Call) else None
            if isinstance(head, Known) and head.module == "enum" and head.name == "nonmember":
                continue
            if isinstance(head, Known) and head.module == "enum" and head.name == "member":
                node = only(node.args)
                head = None
            if isinstance(head, Known) and head.module == "enum" and head.name == "auto":
                value = self.automatic(found, name, last)
            else:
                value = self.value(node, found.scope, 0)
            if isinstance(value, str) and self.is_flag(found) or isinstance(value, int) and abs(value) >> NUMBER_BITS:
                raise Unresolved("the value of a member is no number that fits")
            last.append(value)
            self.known[name] = value
            members.append((name, (type(value), value)))
        return members

    def automatic(self, found, name, last):
        generator = self.generator(found)
        if generator is not None:
            return self.generated(generator, name)
        if "StrEnum" in self.kinds(found):
            return name.lower()
        numbers = [value for value in last if isinstance(value, int)]
        if len(numbers) != len(last):
            raise Unresolved("auto() follows a text")
        if self.is_flag(found):
            return 1 << max(numbers).bit_length() if numbers else 1
        return max(numbers) + 1 if numbers else 1

    def generator(self, found):
        """The `_generate_next_value_` of an enum or of what it comes from."""
        for one in ancestors(self.tree, found):
            for node in one.node.body if isinstance(one, Class) else []:
                if isinstance(node, ast.FunctionDef) and node.name == "_generate_next_value_":
                    return node
        return None

    def generated(self, function, name):
        """The name as it is, or in other letters; anything else would have to be run."""
        result = function.body[0].value if function.body and isinstance(function.body[0], ast.Return) else None
        parameters = [argument.arg for argument in function.args.args]
        change = None
        if isinstance(result, ast.Call) and isinstance(result.func, ast.Attribute) and not result.args:
            change, result = result.func.attr, result.func.value
        if not isinstance(result, ast.Name) or result.id not in parameters[:2] or change not in (None, "lower", "upper"):
            raise Unresolved("auto() has a rule of its own")
        return getattr(name, change)() if change else name

    def value(self, node, scope, depth):
        if depth > DEPTH_LIMIT:
            raise Unresolved("a value is nested too deeply")
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, int, float)):
            return node.value
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = self.value(node.operand, scope, depth + 1)
            if not isinstance(inner, str):
                return -inner
        if isinstance(node, ast.BinOp):
            return self.operation(node.op, self.value(node.left, scope, depth + 1), self.value(node.right, scope, depth + 1))
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self.named_value(node, scope, depth + 1)
        raise Unresolved("the value of a member is no constant")

    def named_value(self, node, scope, depth):
        if isinstance(node, ast.Name) and scope is self.known_scope and node.id in self.known:
            return self.known[node.id]
        if isinstance(node, ast.Attribute) and node.attr == "value":
            found = attempt(self.tree, node.value, scope)
            if isinstance(found, Member) and isinstance(found.enum, Class):
                inner = found.enum.scope.names.get(found.name)
                if isinstance(inner, Value):
                    return self.value(inner.node, inner.outer, depth)
        found = self.tree.resolve(node, scope)
        if isinstance(found, Member) and isinstance(found.enum, Class):
            found = found.enum.scope.names.get(found.name)
        if isinstance(found, Value):
            return self.value(found.node, found.outer, depth)
        raise Unresolved("the value of a member is no constant")

    @staticmethod
    def operation(operator, left, right):
        numbers = isinstance(left, int) and isinstance(right, int)
        if isinstance(operator, ast.Add) and isinstance(left, str) and isinstance(right, str):
            return left + right
        if numbers and isinstance(operator, ast.BitOr):
            return left | right
        if numbers and isinstance(operator, ast.LShift) and 0 <= right < 256:
            return left << right
        raise Unresolved("the value of a member is no constant")

    def functional(self, found):
        call = found.node
        options = {keyword.arg: keyword.value for keyword in call.keywords}
        names = call.args[1] if len(call.args) > 1 else options.get("names")
        if isinstance(names, ast.Dict):
            return [(constant(key) or "", self.typed(value, found)) for key, value in zip(names.keys, names.values)]
        if constant(names) is not None:
            listed = names.value.replace(",", " ").split()
        elif isinstance(names, (ast.List, ast.Tuple)) and all(isinstance(item, ast.Tuple) for item in names.elts):
            return [(constant(item.elts[0]) or "", self.typed(item.elts[-1], found)) for item in names.elts]
        elif isinstance(names, (ast.List, ast.Tuple)) and all(constant(item) is not None for item in names.elts):
            listed = [item.value for item in names.elts]
        else:
            raise Unresolved("the members are not written down")
        start = constant(options["start"], int) if "start" in options else 1
        if start is None:
            raise Unresolved("the members are not written down")
        if "StrEnum" in self.kinds(found):
            return [(name, (str, name.lower())) for name in listed]
        if self.is_flag(found):
            return [(name, (int, 1 << number)) for number, name in enumerate(listed)]
        return [(name, (int, start + number)) for number, name in enumerate(listed)]

    def typed(self, node, found):
        value = self.value(node, found.outer, 0)
        return type(value), value


# ---------------------------------------------------------------- rows


class Rows:
    """The fields of TypedDict classes, with those that they inherit."""

    def __init__(self, tree, annotations):
        self.tree = tree
        self.annotations = annotations
        self.known = {}  # class: its fields, or why they cannot be told

    def of(self, found):
        """Fields by key, in the order in which Python has them."""
        if found not in self.known:
            self.known[found] = Unresolved("'" + found.name + "' is its own base")
            try:
                self.known[found] = self.functional(found) if isinstance(found, Value) else self.of_class(found)
            except Unresolved as unresolved:
                self.known[found] = unresolved
        if isinstance(self.known[found], Unresolved):
            raise self.known[found]
        return self.known[found]

    def of_class(self, found):
        fields = {}
        for node, base in zip(found.node.bases, bases(self.tree, found)):
            if base is None:
                raise Unresolved("a base of '" + found.name + "' is not known")
            if isinstance(base, (Class, Value)):
                fields.update(self.of(base))
            elif not base.is_typing("TypedDict", "Generic", "Protocol"):
                raise Unresolved("'" + found.name + "' inherits from outside of the folder")
        fields.update(self.own(found))
        return fields

    def own(self, found):
        total, fields, last = totality(found.node.keywords), {}, None
        for node in self.statements(found.node.body):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                last = self.field(node.target.id, node.annotation, total, found.scope)
                fields[node.target.id] = last
            elif last is not None and isinstance(node, ast.Expr) and constant(node.value) is not None:
                last.comment = trimmed(node.value.value)
                last = None
            else:
                last = None
        return fields

    def statements(self, body):
        for node in body:
            if not isinstance(node, ast.If):
                yield node
                continue
            answer = condition(node.test)
            if answer is None:
                raise Unresolved("a field depends on a condition")
            yield from self.statements(node.body if answer else node.orelse)

    def field(self, key, annotation, total, scope):
        field = Field(key, total)
        try:
            self.annotations.field(field, annotation, scope)
        except Unresolved as unresolved:
            raise Unresolved("the type of '" + key + "': " + str(unresolved))
        return field

    def functional(self, found):
        call = found.node
        total = totality([keyword for keyword in call.keywords if keyword.arg == "total"])
        pairs = []
        if len(call.args) > 1 and isinstance(call.args[1], ast.Dict):
            pairs = [(constant(key), value) for key, value in zip(call.args[1].keys, call.args[1].values)]
        elif len(call.args) == 1:
            pairs = [(keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg != "total"]
        else:
            raise Unresolved("the fields of '" + found.name + "' are not written down")
        if any(key is None for key, _ in pairs):
            raise Unresolved("the fields of '" + found.name + "' are not written down")
        return {key: self.field(key, value, total, found.outer) for key, value in pairs}


def totality(keywords):
    for keyword in keywords:
        if keyword.arg == "total":
            if constant(keyword.value, bool) is None:
                raise Unresolved("`total` is no constant")
            return keyword.value.value
        if keyword.arg is None:
            raise Unresolved("a class has arguments that are not written down")
    return True


def trimmed(text):
    lines = text.strip().splitlines()
    return "\n".join(line.strip() for line in lines)


def comment_of(found):
    """The docstring without the line that says what the class is."""
    return trimmed(marker(found.docstring())[2])


# ---------------------------------------------------------------- the whole


class Reader:
    def __init__(self, tree, settings):
        self.tree = tree
        self.namer = Namer(tree, settings)
        self.rows = Rows(tree, Annotations(tree, self.namer))
        self.labels = Labels(tree, settings["labels"] == "names")
        self.found = {"table": {}, "enum": {}}
        self.gaps = {}

    def read(self):
        for found in self.tree.classes + self.tree.values:
            if self.is_current(found):
                self.consider(found)
        return {
            "tables": list(self.found["table"].values()),
            "enums": list(self.found["enum"].values()),
            "gaps": [{"kind": kind, "path": list(path), "reason": reason} for (kind, path), reason in self.gaps.items()],
        }

    def is_current(self, found):
        """Not bound again later."""
        names, rivals = found.outer.names, found.outer.rivals
        return names.get(found.simple_name) is found or found in rivals.get(found.simple_name, [])

    def consider(self, found):
        if is_enum(self.tree, found):
            path = self.namer.enum_of(found)
            if path is not None:
                self.take("enum", path, found, self.enum)
            return
        path = self.namer.table_of(found)
        if path is None:
            return
        if is_typed_dict(self.tree, found):
            self.take("table", path, found, self.table)
        elif isinstance(found, Class) and may_be_typed_dict(self.tree, found):
            self.gap("table", path, "'" + found.full_name + "' inherits from outside of the folder")

    def take(self, kind, path, found, make):
        key = tuple(path)
        try:
            made = make(found)
        except Unresolved as unresolved:
            return self.gap(kind, path, str(unresolved))
        except RecursionError:
            return self.gap(kind, path, "it is nested too deeply")
        made["path"] = path
        known = self.found[kind].get(key)
        if known is not None and known != made:
            self.gap(kind, path, "two classes differ")
        elif (kind, key) not in self.gaps:
            self.found[kind][key] = made
        return None

    def gap(self, kind, path, reason):
        if len(reason) > REASON_LIMIT:
            reason = reason[:REASON_LIMIT] + "…"
        self.gaps.setdefault((kind, tuple(path)), reason)
        self.found[kind].pop(tuple(path), None)

    def table(self, found):
        fields = self.rows.of(found)
        names = [field.name for field in fields.values()]
        if len(set(names)) != len(names) or "" in names:
            raise Unresolved("two fields are one column, or one has no name")
        return {"comment": comment_of(found),
                "columns": [self.column(field) for field in fields.values()]}

    def column(self, field):
        pieces = [piece.split(BETWEEN) if number % 2 else piece for number, piece in enumerate(field.type.split(MARK))]
        return {"name": field.name, "type": [piece for piece in pieces if piece], "nullable": field.nullable,
                "required": field.required, "comment": field.comment}

    def enum(self, found):
        return {"comment": comment_of(found), "labels": self.labels.of(found)}


# ---------------------------------------------------------------- input and output


def frame():
    """A text of the request: its length, a colon, its bytes."""
    digits = b""
    while True:
        byte = sys.stdin.buffer.read(1)
        if byte in (b":", b""):
            return sys.stdin.buffer.read(int(digits))
        digits += byte


def text():
    return frame().decode("utf-8", "backslashreplace")


def texts():
    return [text() for _ in range(int(text()))]


def names():
    return [{"class": text(), "name": text()} for _ in range(int(text()))]


def printable(value):
    """The same without what JSON or UTF-8 cannot carry: halves of surrogate pairs, and NUL."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")
    if isinstance(value, list):
        return [printable(item) for item in value]
    if isinstance(value, dict):
        return {key: printable(item) for key, item in value.items()}
    return value


def answer(value):
    json.dump(printable(value), sys.stdout)
    sys.stdout.flush()
    os._exit(0)  # at once: taking millions of nodes apart takes time


def mistake(path, line, column, message):
    return {"error": {"file": path, "line": max(line or 1, 1), "column": max(column or 1, 1), "message": message}}


def parse(tree, path, source):
    """None, or what is wrong with the file."""
    try:
        tree.add(path, source)
    except SyntaxError as error:
        return mistake(path, error.lineno, error.offset, error.msg)
    except (ValueError, LookupError) as error:
        return mistake(path, 1, 1, str(error))
    except (RecursionError, MemoryError):
        return mistake(path, 1, 1, "it is nested too deeply")
    return None


def main():
    if sys.version_info < (3, 9):
        return answer(mistake("", 1, 1, "Python 3.9 or later is needed"))
    sys.setrecursionlimit(2000)
    gc.disable()  # nothing here is a circle that matters, and looking for some takes a third of the time
    tree = Tree(text().strip("/").split("/"))
    settings = {"schema": text(), "labels": text(), "tables": names(), "enums": names(), "ignore": texts()}
    for _ in range(int(text())):
        path, source = text(), frame()
        sys.stdout.write(".")
        sys.stdout.flush()
        wrong = parse(tree, path, source)
        if wrong is not None:
            return answer(wrong)
    found = Reader(tree, settings).read()
    found["version"] = ".".join(str(number) for number in sys.version_info[:3])
    return answer(found)


main()
