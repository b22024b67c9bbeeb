# The names of this package, and where each is. Type checkers read this file; at run time _lazy.py does.

from .http.service import (
    Received as Received,
)
from .numbers_v1.webhooks import (
    Delivery as Delivery,
)
from .script import (
    Fault as Fault,
    Rule as Rule,
)
from .server import (
    Sandbox as Sandbox,
)
from .standalone import (
    serve as serve,
)
