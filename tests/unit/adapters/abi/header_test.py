"""weir_adapter.h as plug-in authors have it: it compiles alone, its layout is frozen, and ABI.md explains all of it.

    header_test.py [--write] CC CXX FOLDER_OF_THE_HEADER

--write: writes version_1.txt anew, after something was added. The rules for that are in ABI.md, "Growing".
"""
import pathlib
import re
import subprocess
import sys
import tempfile

STANDARDS = {"c": ["c99", "c11", "c17"], "c++": ["c++11", "c++14", "c++17", "c++20"]}
STRICT = ["-pedantic", "-pedantic-errors", "-Wall", "-Wextra", "-Werror", "-Wconversion", "-fsyntax-only"]

WHAT_TO_DO = """
Version 1 of the plug-in interface is frozen: plug-ins that were built with it are loaded by this gateway, and were not
built anew. So nothing that is in version_1.txt may move, change its type or go. If it was not meant, take it back. If
something has been added at the end of a struct that begins with `size`, as a new enumerator, or as a new name: see
"Growing" in ABI.md, then run `header_test.py --write CC CXX FOLDER`. If the meaning or the place of something old has to
change, that is version 2: another WEIR_ABI_VERSION, another entry in CHANGELOG.md, and version_1.txt stays as it is.
"""


def without_comments(text):
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)


def one_line(text):
    return re.sub(r"\s+", " ", text).strip()


class Header:
    """What weir_adapter.h declares, by its text."""

    def __init__(self, text):
        code = without_comments(text)
        self.structs = {  # name -> [(member, declaration)]
            name: [self._member(each) for each in body.split(";") if each.strip()]
            for name, body in re.findall(r"typedef struct (\w+) \{(.*?)\} \1;", code, re.DOTALL)
        }
        self.enums = {  # name -> [enumerator]
            name: re.findall(r"(WEIR_\w+) = \d+", body)
            for name, body in re.findall(r"typedef uint32_t (\w+);\s*enum \{(.*?)\};", code, re.DOTALL)
        }
        self.functions = {  # types of functions, and the one that a plug-in exports
            name: one_line(whole)
            for whole, name in re.findall(r"(typedef [^;{]*\(\*(weir_\w+)\)\([^;]*\));", code)
            + re.findall(r"(WEIR_EXPORT [^;{]*?(weir_\w+)\([^;]*\));", code)
        }
        self.macros = re.findall(r"#define (WEIR_\w+) ", code)

    @staticmethod
    def _member(declaration):
        declaration = one_line(declaration)
        name = re.search(r"\(\*(\w+)\)\(", declaration) or re.search(r"(\w+)(?:\[\d+\])?$", declaration)
        return name[1], declaration

    def names(self):
        enumerators = [each for enum in self.enums.values() for each in enum]
        return {*self.structs, *self.enums, *self.functions, *self.macros, *enumerators}


def compile_alone(compilers, folder):
    for language, standards in STANDARDS.items():
        for standard in standards:
            for source in ("#include <weir_adapter.h>\n", "#include <weir_adapter.h>\n#include <weir_adapter.h>\nint unused;\n"):
                command = [compilers[language], f"-x{language}", f"-std={standard}", *STRICT, f"-I{folder}", "-"]
                done = subprocess.run(command, input=source, text=True, capture_output=True, check=False)
                assert done.returncode == 0, f"{' '.join(command)}\n{done.stderr}"
    print("compiles alone as", *STANDARDS["c"], *STANDARDS["c++"])


def dump(header, compiler, folder):
    """One line for each thing whose change a plug-in would feel, measured by the compiler."""
    lines = ['#include <stdio.h>\n#include <weir_adapter.h>\nint main(void) {']
    for name, members in header.structs.items():
        grows = members[0][0] == "size"
        if not grows:
            lines.append(f'printf("{name} is %zu bytes, for ever\\n", sizeof({name}));')
        for member, declaration in members:
            size = f"sizeof((({name}*)0)->{member})"
            lines.append(f'printf("{name}.{member} at %zu, %zu bytes: {declaration}\\n", offsetof({name}, {member}), {size});')
    for enum, enumerators in header.enums.items():
        lines.append(f'printf("{enum} is %zu bytes\\n", sizeof({enum}));')
        lines += [f'printf("{each} = %d\\n", (int){each});' for each in enumerators]
    lines.append('printf("WEIR_ABI_VERSION = %u, WEIR_ADAPTER_ENTRY = %s\\n", WEIR_ABI_VERSION, WEIR_ADAPTER_ENTRY);')
    lines += [f'puts("{declaration}");' for declaration in header.functions.values()]
    with tempfile.TemporaryDirectory() as scratch:
        program = pathlib.Path(scratch, "dump")
        command = [compiler, "-xc", "-std=c99", f"-I{folder}", "-o", str(program), "-"]
        subprocess.run(command, input="\n".join([*lines, "return 0; }\n"]), text=True, check=True)
        return subprocess.run([program], capture_output=True, text=True, check=True).stdout.splitlines()


def compare(frozen, now):
    gone = [line for line in frozen if line not in now]
    new = [line for line in now if line not in frozen]
    assert not gone and not new, "\n".join(
        [WHAT_TO_DO, *(f"no longer so: {line}" for line in gone), *(f"not known: {line}" for line in new)]
    )
    assert frozen == now, f"{WHAT_TO_DO}\nthe same lines in another order"
    print(f"{len(now)} lines of version_1.txt hold")


def sections(text):
    """Of a document: what stands below each heading `### `name``, to the next heading."""
    parts = re.split(r"^#+ (.*)$", text, flags=re.MULTILINE)
    return {heading.strip("` "): body for heading, body in zip(parts[1::2], parts[2::2]) if heading.startswith("`")}


def rows(section):
    return re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)


def check_document(header, text):
    explained = sections(text)
    wanted = {name: [member for member, _ in members] for name, members in header.structs.items()}
    wanted |= header.enums
    for name, members in wanted.items():
        assert name in explained, f"ABI.md has no section `{name}`"
        found = rows(explained[name])
        missing = [member for member in members if member not in found]
        assert not missing, f"ABI.md, section `{name}`: no row for {missing}"
        unknown = [member for member in found if member not in members]
        assert not unknown, f"ABI.md, section `{name}`: the header has no {unknown}"
        assert found == members, f"ABI.md, section `{name}`: not in the header's order"
    for name in explained:
        assert name in wanted, f"ABI.md has a section `{name}` that the header knows nothing of"
    named = set(re.findall(r"`(weir_[a-z_]+|WEIR_[A-Z_]+)`", text)) - {"weir_adapter.h"}
    assert not header.names() - named, f"ABI.md does not name {sorted(header.names() - named)}"
    assert not named - header.names(), f"ABI.md names what the header does not have: {sorted(named - header.names())}"
    print(f"ABI.md explains {sum(map(len, wanted.values()))} members and enumerators of {len(wanted)} types")


def main(arguments):
    is_writing = arguments[:1] == ["--write"]
    c, cxx, folder = arguments[1:] if is_writing else arguments
    folder = pathlib.Path(folder)
    header = Header((folder / "weir_adapter.h").read_text())
    assert len(header.structs) >= 10 and len(header.enums) >= 10, "the header is written in another way; adapt this test"
    compile_alone({"c": c, "c++": cxx}, folder)
    frozen = folder / "version_1.txt"
    now = dump(header, c, folder)
    if is_writing:
        frozen.write_text("\n".join(now) + "\n")
        return
    compare(frozen.read_text().splitlines(), now)
    check_document(header, (folder / "ABI.md").read_text())


if __name__ == "__main__":
    main(sys.argv[1:])
