"""What the operator's commands load: `flask --app manage …`. The web server loads `wsgi` and carries none of this."""

from flask_migrate import Migrate

from admission.app import create_app
from admission.cli import COMMANDS
from admission.ground.db import db
from config import from_environment

app = create_app(from_environment())
Migrate(app, db, directory="migrations", render_as_batch=True, compare_type=True)
for command in COMMANDS:
    app.cli.add_command(command)
