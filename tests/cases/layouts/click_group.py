import click


@click.group()
@click.option("--scale", default=2.0)
@click.pass_context
def cli(context, scale):
    context.obj = {"scale": scale, "width": {{choice([1, 2, 3])}}}


@cli.command()
@click.option("--steps", type=int, required=True)
@click.pass_obj
def train(settings, steps):
    rate = {{uniform(0, 1)}}
    error = 10.0
    for _ in range(steps):
        error = abs(error - settings["scale"] * settings["width"] * rate)
    click.echo(error)
    return error


@cli.command()
def show():
    click.echo("nothing")


if __name__ == "__main__":
    cli()
