"""The WSGI entry: `flask --app wsgi …` and every server load `app` from here."""

from portal import create_app
from portal.lifecycle.memory import settle

app = create_app()
settle()
