"""Second part: what a class is, and annotations in their one spelling."""
import ast
import json

SIZE_LIMIT = 2000  # names in one type, those of its aliases with them
ENUM_SCALARS = {"IntEnum": "int", "IntFlag": "int", "StrEnum": "str"}
OTHER_MODELS = {"builtins", "typing", "enum", "abc", "dataclasses", "attr", "attrs", "pydantic", "msgspec", "sqlalchemy",
                "sqlmodel", "django", "peewee", "tortoise", "marshmallow", "mongoengine"}


# ---------------------------------------------------------------- what a class is


def ancestors(tree, found):
    """A class and all that it comes from, each once, down to what is outside; None for what cannot be told."""
    ahead, seen = [found], set()
    while ahead:
        one = ahead.pop()
        if one in seen:
            continue
        seen.add(one)
        yield one
        if isinstance(one, Value) and isinstance(one.node, ast.Call):
            ahead.append(called(tree, one))
        elif isinstance(one, Class):
            ahead.extend(reversed(list(bases(tree, one))))


def bases(tree, found):
    for node in found.node.bases:
        yield attempt(tree, node.value if isinstance(node, ast.Subscript) else node, found.outer)


def is_typed_dict(tree, found):
    return any(isinstance(one, Known) and one.is_typing("TypedDict") for one in ancestors(tree, found))


def is_enum(tree, found):
    return any(
        isinstance(one, Known) and one.module == "enum" and one.name in ENUMS for one in ancestors(tree, found)
    )


def may_be_typed_dict(tree, found):
    """Whether a class comes from something that is not here, and that no library is known to have otherwise."""
    return any(
        one is None or isinstance(one, Known) and one.module.partition(".")[0] not in OTHER_MODELS
        for one in ancestors(tree, found)
    )


def scalar_base(tree, found):
    """str for `class Name(str)`, or None."""
    for one in ancestors(tree, found):
        if isinstance(one, Known) and one.module == "builtins" and one.name in SCALARS:
            return one.name
        if isinstance(one, Known) and one.module == "enum" and one.name in ENUM_SCALARS:
            return ENUM_SCALARS[one.name]
    return None


# ---------------------------------------------------------------- annotations


class Spelling:
    """A type in its one spelling. An enum in it is MARK, its path, MARK, until the end."""

    def __init__(self, members, nullable=False):
        self.members = members
        self.nullable = nullable

    def text(self):
        members = sorted(set(self.members)) or (["None"] if self.nullable else [])
        return " | ".join(members + (["None"] if self.nullable and self.members else []))


MARK, BETWEEN = "\x01", "\x02"


class Field:
    """What the annotation of a key says besides the type."""

    def __init__(self, name, required):
        self.name = name
        self.required = required
        self.type = ""
        self.nullable = False
        self.comment = ""


class Annotations:
    def __init__(self, tree, namer):
        self.tree = tree
        self.namer = namer
        self.budget = 0

    def field(self, field, node, scope):
        """Take the qualifiers off, in whatever order they stand."""
        for _ in range(DEPTH_LIMIT):
            node = unquoted(node)
            head = self.head(node, scope)
            if isinstance(head, Known) and head.is_typing("Annotated"):
                inner = arguments(node)
                for metadata in inner[1:]:
                    text = constant(metadata)
                    if text is not None and text.startswith("column: "):
                        field.name = text[len("column: "):]
                node = inner[0]
            elif isinstance(head, Known) and head.is_typing(*QUALIFIERS):
                if head.name in ("Required", "NotRequired"):
                    field.required = head.name == "Required"
                node = only(arguments(node))
            else:
                break
        self.budget = SIZE_LIMIT
        spelling = self.spell(node, scope, ())
        field.nullable = spelling.nullable
        field.type = Spelling(spelling.members).text() if spelling.members else "None"

    def head(self, node, scope):
        if not isinstance(node, ast.Subscript):
            return None
        head = self.tree.resolve(node.value, scope)
        return head

    def spell(self, node, scope, way):
        self.budget -= 1
        if len(way) > DEPTH_LIMIT or self.budget < 0:
            raise Unresolved("a type is too large")
        way = way + (None,)
        node = unquoted(node)
        if isinstance(node, ast.Constant) and node.value is None:
            return Spelling([], True)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return union([self.spell(operand, scope, way) for operand in operands(node)])
        if isinstance(node, ast.Subscript):
            return self.subscript(self.tree.resolve(node.value, scope), arguments(node), scope, way)
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self.bare(self.tree.resolve(node, scope), way)
        raise Unresolved("'" + type(node).__name__ + "' is no type that can be read")

    def bare(self, found, way):
        if isinstance(found, Class):
            return self.of_class(found)
        if isinstance(found, Value):
            return self.of_value(found, way)
        if not isinstance(found, Known):
            raise Unresolved("a name in it is no type")
        if found.module == "typing" or found.module == "builtins":
            return self.bare_known(found)
        return Spelling([found.module + "." + found.name])

    def bare_known(self, found):
        name = found.name
        if name in LISTS:
            return Spelling(["list[Any]"])
        if name in DICTS or name == "TypedDict":
            return Spelling(["dict[str, Any]"])
        if name in SETS:
            return Spelling(["set[Any]"])
        if name in ("tuple", "Tuple"):
            return Spelling(["tuple[Any, ...]"])
        if name in ("Text", "LiteralString"):
            return Spelling(["str"])
        if name == "NoneType":
            return Spelling([], True)
        if found.module == "typing" and name not in ("Any", "Callable", "Hashable", "Sized", "Never", "NoReturn"):
            raise Unresolved("'" + name + "' is no type by itself")
        return Spelling([name])

    def of_class(self, found):
        enum = self.namer.enum_of(found)
        if enum is not None:
            return Spelling([MARK + BETWEEN.join(enum) + MARK])
        base = scalar_base(self.tree, found)
        if base is not None:
            return Spelling([base])
        if is_typed_dict(self.tree, found):
            return Spelling(["dict[str, Any]"])
        return Spelling([found.full_name])

    def of_value(self, found, way):
        callee = called(self.tree, found)
        if isinstance(callee, Known) and callee.is_typing("TypedDict"):
            return Spelling(["dict[str, Any]"])
        if isinstance(callee, Known) and callee.is_typing("NewType", "TypeAliasType") and len(found.node.args) > 1:
            return self.alias(found, found.node.args[1], way)
        if is_enum(self.tree, callee):
            return self.of_class(found)
        if isinstance(found.node, ast.Call):
            raise Unresolved("'" + found.name + "' is made by a call")
        return self.alias(found, found.node, way)

    def alias(self, found, node, way):
        if found in way:
            return Spelling(["Any"])  # an alias that contains itself
        return self.spell(node, found.outer, way + (found,))

    def subscript(self, head, inner, scope, way):
        if isinstance(head, Class) and is_typed_dict(self.tree, head):
            return Spelling(["dict[str, Any]"])
        if isinstance(head, Class):
            return Spelling([head.full_name + "[" + self.texts(inner, scope, way) + "]"])
        if isinstance(head, Value):
            raise Unresolved("'" + head.name + "' has parameters")
        if not isinstance(head, Known):
            raise Unresolved("a name in it is no type")
        if head.module in ("typing", "builtins"):
            return self.generic(head.name, inner, scope, way)
        return Spelling([head.module + "." + head.name + "[" + self.texts(inner, scope, way) + "]"])

    def generic(self, name, inner, scope, way):
        if name == "Optional":
            return union([self.spell(only(inner), scope, way), Spelling([], True)])
        if name == "Union":
            return union([self.spell(item, scope, way) for item in inner])
        if name == "Literal":
            return union([self.literal(item, scope) for item in inner])
        if name == "Annotated" or name in QUALIFIERS:
            return self.spell(inner[0], scope, way)
        if name in LISTS:
            return Spelling(["list[" + self.texts(inner, scope, way) + "]"])
        if name in SETS:
            return Spelling(["set[" + self.texts(inner, scope, way) + "]"])
        if name in DICTS:
            return Spelling(["dict[" + self.texts(inner, scope, way) + "]"])
        if name in ("tuple", "Tuple"):
            return Spelling(["tuple[" + self.texts(inner, scope, way) + "]"])
        if name in ("type", "Type"):
            return Spelling(["type[" + self.texts(inner, scope, way) + "]"])
        if name == "Callable":
            return Spelling(["Callable"])
        raise Unresolved("'" + name + "[…]' is not known")

    def texts(self, nodes, scope, way):
        return ", ".join(
            "..." if isinstance(node, ast.Constant) and node.value is Ellipsis else self.spell(node, scope, way).text()
            for node in nodes
        )

    def literal(self, node, scope):
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and constant(node.operand, int) is not None:
            return Spelling(["Literal[-" + str(node.operand.value) + "]"])
        if isinstance(node, ast.Constant) and node.value is None:
            return Spelling([], True)
        if isinstance(node, ast.Constant) and isinstance(node.value, (bool, int, bytes)):
            return Spelling(["Literal[" + repr(node.value) + "]"])
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return Spelling(["Literal[" + json.dumps(node.value, ensure_ascii=False) + "]"])
        if isinstance(node, ast.Subscript):
            return self.subscript(self.tree.resolve(node.value, scope), arguments(node), scope, ())
        found = self.tree.resolve(node, scope)
        if isinstance(found, Member):
            return self.of_class(found.enum)
        return self.bare(found, ())


def unquoted(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return ast.parse(node.value.strip(), mode="eval").body
        except (SyntaxError, ValueError):
            raise Unresolved("a quoted type is not valid")
    return node


def operands(node):
    """Of `a | b | c`, which is nested as deeply as it is long."""
    right = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        right.append(node.right)
        node = node.left
    return [node] + right[::-1]


def arguments(node):
    inner = node.slice
    return inner.elts if isinstance(inner, ast.Tuple) else [inner]


def only(nodes):
    if len(nodes) != 1:
        raise Unresolved("a type has parameters too many")
    return nodes[0]


def union(spellings):
    members, literals = [], []
    for spelling in spellings:
        for member in spelling.members:
            if member.startswith("Literal["):
                literals.append(member[len("Literal["):-1])
            else:
                members.append(member)
    if literals:
        members.append("Literal[" + ", ".join(dict.fromkeys(literals)) + "]")
    return Spelling(members, any(spelling.nullable for spelling in spellings))
