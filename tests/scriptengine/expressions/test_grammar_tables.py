"""The grammar's tables that are kept: current, used, and what makes the first expression of a process quick."""

import subprocess
import sys

import rule_engine
from rule_engine._vendor.ply.yacc import MiniProduction

from scriptengine.expressions.grammar import TABLES
from tests.scriptengine.expressions.rewrite_tables import written


def test_they_are_those_of_the_grammar_that_is_installed() -> None:
    assert TABLES.read_text() == written(), "run tests/scriptengine/expressions/rewrite_tables.py"


def test_they_are_used() -> None:
    asked = """
import sys
from scriptengine.expressions import Type, compile
assert "rule_engine" not in sys.modules
assert compile("level >= 5", {"level": Type.INTEGER}).evaluate({"level": 5})
from rule_engine import Rule
assert "rule_engine.parser.parsetab" not in sys.modules
sys.exit(type(Rule.parser._parser.productions[0]).__name__)
"""
    ran = subprocess.run([sys.executable, "-c", asked], check=False, timeout=60, capture_output=True, text=True)
    assert ran.stderr.strip() == MiniProduction.__name__


def test_expressions_work_with_tables_that_were_made_anew() -> None:
    asked = """
import rule_engine, sys
from scriptengine.expressions import Type, compile
sys.exit(0 if compile("level >= 5 and level not in [7]", {"level": Type.INTEGER}).evaluate({"level": 5}) else 1)
"""
    assert subprocess.run([sys.executable, "-c", asked], check=False, timeout=60).returncode == 0
    assert rule_engine.__version__.startswith("5.")


def test_threads_may_compile_at_the_same_time() -> None:
    """A core reads its published scripts in a thread while the rules of its site are read in another."""
    asked = """
import sys, threading
sys.setswitchinterval(1e-6)
from scriptengine.expressions import Type, compile
together = threading.Barrier(8)
wrong = []
def work(number):
    together.wait()
    try:
        for turn in range(8):
            text = f"level >= {number} and level not in [{turn}, 900]"
            if compile(text, {"level": Type.INTEGER}).evaluate({"level": number}) is not (number != turn):
                wrong.append(text)
    except BaseException as error:
        wrong.append(repr(error))
threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
for one in threads: one.start()
for one in threads: one.join()
sys.exit("\\n".join(map(str, wrong)) if wrong else 0)
"""
    for _ in range(3):  # whether two of them meet in the import is chance
        ran = subprocess.run([sys.executable, "-c", asked], check=False, timeout=60, capture_output=True, text=True)
        assert (ran.returncode, ran.stderr) == (0, "")
