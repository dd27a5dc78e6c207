"""`courtside doctor`."""

import click

from courtside.cli.settings_options import SettingsCommand, settings_of

MARKS = {"ok": ("ok", "green"), "warning": ("warn", "yellow"), "failed": ("FAIL", "red")}


@click.command(cls=SettingsCommand, short_help="Check what run would use, and say what to do.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(as_json: bool, **options: object) -> None:
    """Check ports, feed, bus, database, model and folders, and say what to do.

    Takes the options of courtside run and checks what that would use. Exit status 1 where
    something would keep it from running.

    \b
    Examples:
      courtside doctor
      courtside doctor --source nba --nba-url http://127.0.0.1:8090
      courtside doctor --database postgresql://courtside@db/games --json
    """
    settings = settings_of(options)

    from courtside.cli.checks import check_all
    from courtside.cli.loop import run_async

    checks = run_async(check_all(settings))
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(checks))
    else:
        for check in checks:
            word, colour = MARKS[check.state]
            click.echo(f"{click.style(f'{word:<5}', fg=colour)} {check.name:<12} {check.found}")
            if check.todo:
                click.echo(f"{'':<19}-> {check.todo}")
    failed = sum(check.state == "failed" for check in checks)
    if failed:
        click.get_current_context().exit(1)
