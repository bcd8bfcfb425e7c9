"""The pages that people read and review drafts on: rendered here, edited through forms.

door     who asks, and whether they may        shown     a page, its headers, its static files
routes   addresses of an incident              review    one incident's draft: read, changed, saved
"""

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from pipeline.draft import templates
from pipeline.errors import BefellError
from pipeline.serve.pages import changes, door, incident, lists, shown


def add(app: FastAPI) -> None:
    """Add the pages to an application whose `state.desk` they work with."""
    app.mount("/static", StaticFiles(directory=templates.shipped() / "pages" / "static"), name="static")
    app.include_router(door.router)
    for router in (lists.router, changes.router, incident.router):  # the last one has the address that fits most
        app.include_router(router)
    app.add_exception_handler(door.Denied, shown.denied)
    app.add_exception_handler(BefellError, shown.failed)
