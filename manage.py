"""What the operator's commands load: `flask --app manage …`. The web server loads `wsgi` and carries none of this."""

import sys

from flask_migrate import Migrate

from admission.app import create_app
from admission.cli import COMMANDS
from admission.ground.db import db
from config import before_setup, from_environment

# `city init` makes the keys that the settings demand of everything else.
app = create_app(before_setup() if sys.argv[1:] and "init" in sys.argv else from_environment())
Migrate(app, db, directory="migrations", render_as_batch=True, compare_type=True)
for command in COMMANDS:
    app.cli.add_command(command)
