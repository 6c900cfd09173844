"""The script pane, without Qt.

What lives here: `writing` (what an agent types, and the written form that scripts know), `judging` (whether an answer
will be taken, by the engine's own rules), `showing` (what the pane shows, from what the server said) with `answering`,
`messages` and `parts`, `stepping` (what follows from the agent's actions), `sheets` and `unsent` (what is typed and not
handed in), `attaching` (files and signatures). What may not live here: widgets; which question comes next: that is the
engine's, and decided in the server.
"""
