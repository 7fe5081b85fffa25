"""The WSGI entry: `flask --app wsgi …` and every server load `app` from here."""

from portal import create_app

app = create_app()
