"""What the web server loads: `gunicorn wsgi:app`, `flask --app wsgi …`."""

from admission.app import create_app
from config import from_environment

app = create_app(from_environment())
