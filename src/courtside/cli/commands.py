"""The group `courtside` and its commands, in the order in which help lists them."""

import click

from courtside import __version__
from courtside.cli.chart import chart
from courtside.cli.consume import consume
from courtside.cli.doctor import doctor
from courtside.cli.feed import feed
from courtside.cli.history import history
from courtside.cli.models import models
from courtside.cli.predict import predict
from courtside.cli.produce import produce
from courtside.cli.record import record
from courtside.cli.run import run
from courtside.cli.spark import spark
from courtside.cli.training import evaluate, train
from courtside.cli.watch import watch


class State:
    """What options of the group itself set."""

    debug = False


class InOrder(click.Group):
    """Lists its commands in the order in which they were added."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(
    cls=InOrder,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 done, 1 failed, 2 wrong usage.",
)
@click.version_option(__version__, message="courtside %(version)s")
@click.option("--debug", is_flag=True, help="Show a traceback where something fails.")
@click.pass_obj
def cli(state: State | None, debug: bool) -> None:
    """Live NBA game state, forecasts and streaming.

    \b
    Examples:
      courtside run                     games being played at http://127.0.0.1:8080
      courtside watch                   the same in the terminal
      courtside doctor                  what is missing, and what to do
      courtside COMMAND --help          more examples
    """
    if state is not None:
        state.debug = debug


for command in (
    run,
    watch,
    chart,
    predict,
    feed,
    record,
    produce,
    consume,
    history,
    train,
    evaluate,
    models,
    spark,
    doctor,
):
    cli.add_command(command)
