"""Facts applied to the state: the only place where calls and agents change.

`apply` finds what each fact changes in the module of its subject; `changes` has the shape of those. What may not live
here: anything that decides. A fact that is read from the ledger years later has the same effect as on its day.
"""
