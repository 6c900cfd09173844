"""One small language for conditions, constraints, values and filters, on the grammar of `rule-engine`.

    segment == 'gold' or number in ['+4930123', '+4930124']
    english ge 5 and not (billing lt 3)
    answered(customer.since) and number.starts_with('+351')

`compile` checks text, names and types once, when a site or script is loaded: 0.1 ms each; the first of a process
imports `rule-engine`, 0.12 s. The `Expression` it returns never fails for values of the declared types, and is cheap:
0.15 µs for one comparison, 0.5 to 1.5 µs for three. Importing this package alone takes 10 ms.

The language:

- values: whole numbers, decimal fractions, 'texts' or "texts", `true`, `false`, `null`, lists of literals;
- `== != < <= > >=` or `eq ne lt le gt ge`; `in`, `not in` (a list, or a part of a text); `and`, `or`, `not`;
- `+ - * / %`, `condition ? value : other`, `answered(name)`;
- `name.attribute` of a declared `Record`, and `.length .as_lower .as_upper .starts_with(...) .ends_with(...)` of texts;
- dates and times, written as texts where one is compared: `birth < '2008-01-31'`; `date + days`, `date - date` in days;
  `.year .month .day .weekday .hour .minute`, of a date with time also `.date .time`; `'x' in list`, `list.length`.

An unanswered name has the value None. A comparison with it is false, also `!=` and `not in`; only `== null` and
`!= null` ask for it. Arithmetic with it is unanswered, and so is a division by zero. Everything else that `rule-engine`
offers is refused: regular expressions can run for seconds, and time and chance are inputs.

What lives here: `words` (types, error), `lexing` (text to tokens; the allow-list), `grammar` and `parsing` (tokens to a
tree, by `rule-engine`), `binding` (tree to typed nodes), `nodes` and `reading` (what is evaluated), `explaining` (why).
What may not live here: `eval`, clocks, chance, anything that knows what the names mean.
"""

from scriptengine.expressions.expression import Expression, compile, fits
from scriptengine.expressions.nodes import Form, Node
from scriptengine.expressions.words import ExpressionError, List, NameType, Record, Type, Value

__all__ = [
    "Expression", "ExpressionError", "Form", "List", "NameType", "Node", "Record", "Type", "Value", "compile", "fits",
]  # fmt: skip
