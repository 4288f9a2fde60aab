# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests of a program, told as TAP."""


class Skip(Exception):
    """The test cannot run here, and says why."""


def run(cases):
    """Runs cases, each a title and a function that raises what is wrong. Returns the exit status, which
    is also bad if there are none: then nothing was looked at."""
    failures = 0
    print('1..%d' % len(cases), flush=True)
    for number, (title, case) in enumerate(cases, 1):
        title = title.replace('#', '')
        try:
            case()
            print('ok %d - %s' % (number, title))
        except Skip as reason:
            print('ok %d - %s # SKIP %s' % (number, title, reason))
        except Exception as error:  # a failing test must not hide those after it
            failures += 1
            what = getattr(error, 'stderr', None) or (error if isinstance(error, AssertionError) else repr(error))
            print('not ok %d - %s\n# %s' % (number, title, str(what).replace('\n', '\n# ')))
    return int(failures > 0 or not cases)


def run_functions(functions):
    """The same with functions whose title is their docstring."""
    return run([(function.__doc__, function) for function in functions])
