"""For a Starlette or FastAPI app: verified webhooks, one client for the app, errors and Structs as answers.

::

    app = FastAPI(lifespan=lifespan(), exception_handlers=exception_handlers)
    webhook = porting_event(auth_token=..., public_url="https://example.com")

    @app.post("/webhooks/porting")
    async def porting(event: Annotated[PortingEvent, Depends(webhook)]) -> None: ...

    @app.get("/portability/{number}", response_model=None, responses={200: struct_answer(Portability)})
    async def check(number: str, twilio: Annotated[TwilioNumbers, Depends(get_twilio)]) -> StructResponse:
        return StructResponse(await twilio.portability.fetch(number))

In Starlette they are called by hand: ``await webhook(request)``, ``get_twilio(request)``.
"""

from __future__ import annotations

from .answers import exception_handlers, handle_error
from .client import get_twilio, lifespan
from .structs import StructResponse, struct_answer
from .webhook import porting_event

__all__ = [
    "StructResponse",
    "exception_handlers",
    "get_twilio",
    "handle_error",
    "lifespan",
    "porting_event",
    "struct_answer",
]
