# The names of this package, and where each is. Type checkers read this file; at run time _lazy.py does.

from .faults import (
    Fault as Fault,
    Rule as Rule,
)
from .numbers_v1.webhooks import (
    Delivery as Delivery,
)
from .options import (
    Behavior as Behavior,
    Limits as Limits,
    Pace as Pace,
    SandboxRuntime as SandboxRuntime,
    WebhookFaults as WebhookFaults,
)
from .server import (
    Sandbox as Sandbox,
)
from .standalone import (
    serve as serve,
)
from .traffic import (
    Received as Received,
)
