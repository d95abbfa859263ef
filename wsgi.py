"""The web program: read the settings, connect the outside, mount every door.

gunicorn serves `wsgi:app`; `flask --app wsgi` has the commands of app.cli.
"""

from app.cli import register_commands
from app.core.config import from_env
from app.factory import create_app
from app.wiring import connect
from bot.callback import callback

app = create_app(connect(from_env()), programs=[callback])
register_commands(app)
