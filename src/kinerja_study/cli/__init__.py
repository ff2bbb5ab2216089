"""The command line: one verb a task, in the order of a study's work.

Owns arguments, messages and exit statuses; everything else is done by the packages below, which a command imports
when it is called.
"""

from __future__ import annotations

import typer

from kinerja_study.cli import examining, exchanging, jupyter, preparing, running
from kinerja_study.cli.messages import reporting_errors

app = typer.Typer(
    help="Re-executable qualitative evaluation: field data in, findings and a report out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
# In the order in which --help lists them.
app.command()(reporting_errors(preparing.new))
app.command()(reporting_errors(preparing.check))
app.command(cls=running.PairsCommand)(reporting_errors(running.run))
app.command()(reporting_errors(running.verify))
app.command()(reporting_errors(examining.audit))
app.command()(reporting_errors(examining.agreement))
app.command("import")(reporting_errors(exchanging.import_))
app.command()(reporting_errors(exchanging.suggest))
app.command()(reporting_errors(exchanging.export))
app.command()(reporting_errors(exchanging.pseudonymise))
app.command()(reporting_errors(jupyter.lab))
app.command()(reporting_errors(jupyter.code))
