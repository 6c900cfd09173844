"""The `caruso` command, word by word.

What lives here: `app` (which commands there are and where they live), `options`, `serve`, `check`, `user`, `ctl`.
Nothing heavy is imported before the command that needs it has been chosen: `check`, `ctl` and `--help` answer at once.
What may not live here: what the commands do; only options, output, exit status.

Exit status everywhere: 0 done; 1 could not be done; 2 the command line or the site file is wrong; 130 interrupted.
"""
