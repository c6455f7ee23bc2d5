"""What the web server loads: `gunicorn wsgi:app`."""

import gc

from admission.app import create_app, refuse_to_serve
from config import from_environment

app = create_app(from_environment())
refuse_to_serve(app)
# What is loaded before the fork stays for good: no worker's collector writes to it, so that they all go on sharing it.
gc.collect()
gc.freeze()
