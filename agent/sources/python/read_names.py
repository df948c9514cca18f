"""First part of the program that python_child.c runs: the modules of the source, and what the names in them mean.

The parts are one program, in one namespace: read_names.py, read_types.py, read_classes.py. Nothing of the source is
imported or run: only ast.parse() ever sees it. What cannot be told without running it is Unresolved, and never guessed.
"""
import ast
import builtins

NEWEST = (3, 99)  # conditions on sys.version_info are judged as by the newest Python, whichever runs this
DEPTH_LIMIT = 60  # types inside each other, aliases of aliases, bases of bases

TYPING = {"typing", "typing_extensions", "mypy_extensions", "collections.abc", "collections", "types"}
STANDARD = TYPING | {"abc", "enum", "datetime", "decimal", "uuid", "ipaddress", "fractions", "pathlib", "sys", "re"}
LISTS = {"list", "List", "Sequence", "MutableSequence", "Iterable", "Collection", "deque", "Deque"}
DICTS = {"dict", "Dict", "Mapping", "MutableMapping", "OrderedDict", "DefaultDict", "defaultdict"}
SETS = {"set", "Set", "FrozenSet", "frozenset", "AbstractSet", "MutableSet"}
QUALIFIERS = {"Required", "NotRequired", "ReadOnly", "Final"}
ENUMS = {"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum", "EnumType", "EnumMeta"}
SCALARS = {"str", "int", "float", "bool", "bytes", "complex"}


class Unresolved(Exception):
    """What only running the program could tell."""


# ---------------------------------------------------------------- modules and scopes


class Scope:
    """The names that a module or the body of a class binds."""

    def __init__(self, module, parent=None):
        self.module = module
        self.parent = parent
        self.names = {}
        self.rivals = {}  # name: what else it may be, depending on what only running would tell
        self.stars = []

    def bind(self, name, binding, is_certain):
        if is_certain or name not in self.names:
            self.names[name] = binding
            self.rivals.pop(name, None)
        else:
            self.rivals.setdefault(name, []).append(binding)


class Module(Scope):
    def __init__(self, name, path, is_package):
        super().__init__(self)
        self.name = name
        self.path = path
        self.package = name if is_package else name.rpartition(".")[0]


class Imported:
    def __init__(self, module, name):
        self.module = module  # its dotted name; None: above the folder
        self.name = name  # None: the module itself


class Definition:
    """Something under a name that stands in `outer`."""

    def __init__(self, node, outer, name):
        self.node = node
        self.outer = outer
        self.name = name  # `Outer.Inner` of a class in a class
        self.simple_name = name.rpartition(".")[2]
        self.full_name = (outer.module.name + "." if outer.module.name else "") + name

    def docstring(self):
        return ""


class Value(Definition):
    """Something assigned to a name: an alias of a type, a class in functional syntax, a constant."""


class Class(Definition):
    def __init__(self, node, outer, name):
        super().__init__(node, outer, name)
        self.scope = Scope(outer.module, outer)

    def docstring(self):
        first = self.node.body[0] if self.node.body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            return first.value.value
        return ""


class Unknown:
    """A function, the variable of a loop: nothing that could be a type."""


def condition(node):
    """True or False, or None when only running would tell."""
    if isinstance(node, ast.Constant):
        return bool(node.value)
    if isinstance(node, (ast.Name, ast.Attribute)):
        return True if (node.id if isinstance(node, ast.Name) else node.attr) == "TYPE_CHECKING" else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = condition(node.operand)
        return None if inner is None else not inner
    if isinstance(node, ast.BoolOp):
        answers = {condition(value) for value in node.values}
        decisive = isinstance(node.op, ast.Or)
        return decisive if decisive in answers else None if None in answers else not decisive
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return version_condition(node.left, node.ops[0], node.comparators[0])
    return None


def version_condition(left, operator, right):
    if not (isinstance(left, ast.Attribute) and left.attr == "version_info"):
        return None
    if not (isinstance(right, ast.Tuple) and all(isinstance(item, ast.Constant) for item in right.elts)):
        return None
    version = tuple(item.value for item in right.elts)
    if not all(isinstance(number, int) for number in version):
        return None
    if isinstance(operator, (ast.GtE, ast.Gt)):
        return NEWEST >= version
    return NEWEST < version if isinstance(operator, (ast.LtE, ast.Lt)) else None


class Collector:
    """Finds what a module binds, with the classes in it. Functions are not looked into."""

    def __init__(self, classes, values):
        self.classes = classes
        self.values = values

    def body(self, statements, scope, prefix, is_certain=True):
        for statement in statements:
            self.statement(statement, scope, prefix, is_certain)

    def statement(self, node, scope, prefix, is_certain):
        if isinstance(node, ast.ClassDef):
            self.add_class(node, scope, prefix, is_certain)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            node.body = node.body[:1]  # only what it is called, and whether it returns at once, is ever looked at
            scope.bind(node.name, Unknown(), is_certain)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                scope.bind(name, Imported(alias.name if alias.asname else name, None), is_certain)
        elif isinstance(node, ast.ImportFrom):
            self.add_import(node, scope, is_certain)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self.add_value(target, node.value, scope, prefix, is_certain)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            self.add_value(node.target, node.value, scope, prefix, is_certain)
        elif type(node).__name__ == "TypeAlias":
            self.add_value(node.name, node.value, scope, prefix, is_certain)
        else:
            self.block(node, scope, prefix, is_certain)

    def block(self, node, scope, prefix, is_certain):
        while isinstance(node, ast.If):
            answer = condition(node.test)
            if answer is not False:
                self.body(node.body, scope, prefix, is_certain and answer is True)
            if answer is True:
                return
            is_certain = is_certain and answer is False
            if len(node.orelse) != 1 or not isinstance(node.orelse[0], ast.If):
                return self.body(node.orelse, scope, prefix, is_certain)
            node = node.orelse[0]  # an `elif` is nested in the `if`
        if type(node).__name__ in ("Try", "TryStar"):
            self.body(node.body + node.orelse, scope, prefix, is_certain)
            for handler in node.handlers:
                self.body(handler.body, scope, prefix, False)
            self.body(node.finalbody, scope, prefix, is_certain)
        elif isinstance(node, (ast.With, ast.For, ast.While)):
            self.body(node.body, scope, prefix, is_certain and isinstance(node, ast.With))
        return None

    def add_class(self, node, scope, prefix, is_certain):
        found = Class(node, scope, prefix + node.name)
        scope.bind(node.name, found, is_certain)
        self.classes.append(found)
        self.body(node.body, found.scope, found.name + ".")

    def add_import(self, node, scope, is_certain):
        module = node.module or ""
        if node.level > 0:
            parents = scope.module.package.split(".") if scope.module.package else []
            above = node.level - 1
            if above > len(parents):
                module = None
            else:
                module = ".".join(parents[: len(parents) - above] + ([module] if module else []))
        for alias in node.names:
            if alias.name == "*":
                scope.stars.append(module)
            else:
                scope.bind(alias.asname or alias.name, Imported(module, alias.name), is_certain)

    def add_value(self, target, value, scope, prefix, is_certain):
        if isinstance(target, ast.Name):
            found = Value(value, scope, prefix + target.id)
            scope.bind(target.id, found, is_certain)
            if isinstance(value, ast.Call):
                self.values.append(found)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for item in target.elts:
                self.add_value(item, ast.Constant(value=Ellipsis), scope, prefix, is_certain)


# ---------------------------------------------------------------- what a name means


class Known:
    """Something outside of the source by its dotted name: `typing.TypedDict`, `datetime.date`, `builtins.str`."""

    def __init__(self, module, name):
        self.module = "typing" if module in TYPING else module
        self.name = name

    def is_typing(self, *names):
        return self.module == "typing" and self.name in names


class Member:
    def __init__(self, enum, name):
        self.enum = enum
        self.name = name


class Tree:
    """All modules of the source, and what names in them mean."""

    def __init__(self, root):
        self.root = root  # the names of the folder and of those above it, outermost first
        self.modules = {}
        self.below = {}  # the end of a module's name: the module, or None when it is not the only one
        self.packages = set()
        self.classes = []
        self.values = []

    def add(self, path, source):
        parts = path[:-3].split("/")
        is_package = parts[-1] == "__init__"
        module = Module(".".join(parts[:-1] if is_package else parts), path, is_package)
        collector = Collector(self.classes, self.values)
        collector.body(ast.parse(source, path).body, module, "")
        self.modules[module.name] = module
        names = module.name.split(".")
        for length in range(1, len(names)):
            self.packages.add(".".join(names[:length]))
            end = ".".join(names[length:])
            self.below[end] = None if end in self.below else module

    def find_module(self, name):
        """A module by its absolute name: as seen from the folder, from one above, or else from the only one below."""
        if name in self.modules:
            return self.modules[name]
        parts = name.split(".")
        for length in range(1, len(parts)):
            if parts[:length] == self.root[-length:]:
                return self.modules.get(".".join(parts[length:]))
        if name == ".".join(self.root[-len(parts):]):
            return self.modules.get("")
        return self.below.get(name)

    def resolve(self, node, scope, depth=0):
        """What a name with dots stands for: Known, Class, Value, Member, or Imported for a module."""
        if depth > DEPTH_LIMIT:
            raise Unresolved("names refer to each other")
        if isinstance(node, ast.Name):
            return self.lookup(node.id, scope, depth + 1)
        if isinstance(node, ast.Attribute):
            return self.member(self.resolve(node.value, scope, depth + 1), node.attr, depth + 1)
        raise Unresolved("'" + type(node).__name__ + "' is no name")

    def lookup(self, name, scope, depth):
        while scope is not None:
            found = self.in_scope(name, scope, depth)
            if found is not None:
                return found
            scope = scope.parent
        if hasattr(builtins, name):
            return Known("builtins", name)
        raise Unresolved("'" + name + "' is defined nowhere")

    def in_scope(self, name, scope, depth, seen=None):
        if name in scope.names:
            return self.follow(scope.names[name], depth)
        seen = {scope} if seen is None else seen
        for star in scope.stars:
            module = None if star is None or star in STANDARD else self.find_module(star)
            if module in seen:
                continue
            if module is not None and not name.startswith("_") and depth < DEPTH_LIMIT:
                seen.add(module)
                found = self.in_scope(name, module, depth + 1, seen)
                if found is not None:
                    return found
            elif star in TYPING | {"enum"} and (name in LISTS | DICTS | SETS | QUALIFIERS | ENUMS | SPECIAL):
                return Known(star, name)
        return None

    def follow(self, binding, depth):
        """What is bound, through imports and other names for the same."""
        if depth > DEPTH_LIMIT:
            raise Unresolved("names refer to each other")
        if isinstance(binding, Value) and isinstance(binding.node, (ast.Name, ast.Attribute)):
            return self.resolve(binding.node, binding.outer, depth + 1)
        if not isinstance(binding, Imported):
            return binding
        if binding.module is None:
            raise Unresolved("'" + str(binding.name) + "' comes from above the folder")
        if binding.name is None:
            return binding
        return self.member(Imported(binding.module, None), binding.name, depth + 1)

    def member(self, holder, name, depth):
        if depth > DEPTH_LIMIT:
            raise Unresolved("names refer to each other")
        if isinstance(holder, Imported):
            return self.of_module(holder.module, name, depth)
        if isinstance(holder, Known):
            return Known(holder.module + "." + holder.name, name)
        if isinstance(holder, Class):
            found = holder.scope.names.get(name)
            return found if isinstance(found, Class) else Member(holder, name)
        raise Unresolved("'" + name + "' belongs to something unknown")

    def of_module(self, module_name, name, depth):
        module = None if module_name in STANDARD else self.find_module(module_name)
        if module is not None:
            found = self.in_scope(name, module, depth)
            if found is not None:
                return found
        inner = module_name + "." + name if module_name else name
        if module_name not in STANDARD and (inner in self.packages or self.find_module(inner) is not None):
            return Imported(inner, None)
        if module is not None:
            raise Unresolved("'" + name + "' is not in '" + module.path + "'")
        if inner in STANDARD:
            return Imported(inner, None)
        return Known(module_name, name)


SPECIAL = {
    "TypedDict", "Any", "Optional", "Union", "Annotated", "Literal", "Type", "Tuple", "NewType", "TypeAlias", "TypeVar",
    "Generic", "Protocol", "Callable", "LiteralString", "Text", "NamedTuple", "TypeAliasType", "ClassVar", "auto",
    "unique", "Never", "NoReturn", "Hashable", "Sized",
}


def attempt(tree, node, scope):
    """What a name means, or None."""
    try:
        return tree.resolve(node, scope)
    except Unresolved:
        return None


def called(tree, value):
    """What is called in `X = called(…)`, or None."""
    if isinstance(value, Value) and isinstance(value.node, ast.Call):
        return attempt(tree, value.node.func, value.outer)
    return None


def constant(node, sort=str):
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, sort) else None
