"""The script pane's widgets.

What lives here: `panel` (the whole), `say` (texts), `answers` (buttons, and the list of many answers), `fields` (one
widget for each type of question, on the base `field`; files and signatures: `papers`, `pad`), `sheet` (fields that are
handed in together), `jump_dialog`. What may not live here:
what is shown and which answers will do (`agentdesk.desk.script`).
"""
