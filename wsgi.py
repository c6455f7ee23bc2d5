"""What the web server loads: `gunicorn wsgi:app`."""

from admission.app import create_app, refuse_to_serve
from config import from_environment

app = create_app(from_environment())
refuse_to_serve(app)
