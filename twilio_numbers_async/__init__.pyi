# The public names, and where each is. Type checkers read this file; at run time _lazy.py does.

from ._preload import (
    preload as preload,
)
from .chunks import (
    Chunk as Chunk,
    ChunkOptions as ChunkOptions,
    ChunkResult as ChunkResult,
    ChunkRunner as ChunkRunner,
    split as split,
    sweep_chunk as sweep_chunk,
)
from .client import (
    ClientOptions as ClientOptions,
    TwilioNumbers as TwilioNumbers,
)
from .compliance.details import (
    AddressDetails as AddressDetails,
    BundleAddress as BundleAddress,
    BundleDocument as BundleDocument,
    DocumentDetails as DocumentDetails,
)
from .compliance.plan import (
    BundlePlan as BundlePlan,
    plan_bundle as plan_bundle,
)
from .compliance.problems import (
    BundleProblem as BundleProblem,
    BundleProblemCode as BundleProblemCode,
)
from .compliance.review import (
    NoncompliantError as NoncompliantError,
    ReviewedBundle as ReviewedBundle,
)
from .errors import (
    ApiError as ApiError,
    AuthenticationError as AuthenticationError,
    ConfigurationError as ConfigurationError,
    ConflictError as ConflictError,
    ConnectError as ConnectError,
    DecodeError as DecodeError,
    GateFullError as GateFullError,
    InvalidArgumentError as InvalidArgumentError,
    InvalidPhoneNumberError as InvalidPhoneNumberError,
    InvalidRequestError as InvalidRequestError,
    JournalError as JournalError,
    NotFoundError as NotFoundError,
    PagingError as PagingError,
    PermissionDeniedError as PermissionDeniedError,
    RateLimitError as RateLimitError,
    RequestTimeoutError as RequestTimeoutError,
    ServerError as ServerError,
    TransportError as TransportError,
    TwilioNumbersError as TwilioNumbersError,
    WebhookError as WebhookError,
)
from .gate import (
    AdaptiveGate as AdaptiveGate,
    FixedGate as FixedGate,
    Gate as Gate,
    GateChange as GateChange,
    GateSnapshot as GateSnapshot,
    RateGate as RateGate,
    Signal as Signal,
)
from .hosting.numbers import (
    HostingLeftOut as HostingLeftOut,
    HostingLeftOutReason as HostingLeftOutReason,
    HostingNumber as HostingNumber,
)
from .hosting.outcome import (
    HostingOutcome as HostingOutcome,
)
from .hosting.plan import (
    HostingContact as HostingContact,
    HostingPlan as HostingPlan,
    HostingProblem as HostingProblem,
    HostingProblemCode as HostingProblemCode,
    plan_hosting as plan_hosting,
)
from .hosting.watch import (
    HostingChange as HostingChange,
)
from .models import *  # noqa: F403 - all of them are public here too
from .paging import (
    Page as Page,
    Pager as Pager,
)
from .phone import (
    to_e164 as to_e164,
)
from .porting.corrections import (
    CorrectionKind as CorrectionKind,
    PortInCorrection as PortInCorrection,
)
from .porting.creation import (
    PortInOutcome as PortInOutcome,
)
from .porting.numbers import (
    LeftOutReason as LeftOutReason,
    PortInLeftOut as PortInLeftOut,
    PortInNumber as PortInNumber,
)
from .porting.plan import (
    PortInPlan as PortInPlan,
    plan_port_ins as plan_port_ins,
)
from .porting.problems import (
    PortInProblem as PortInProblem,
    PortInProblemCode as PortInProblemCode,
    PortInProblemSeverity as PortInProblemSeverity,
)
from .porting.replan import (
    PortInReplan as PortInReplan,
    replan as replan,
)
from .porting.watch import (
    PortInChange as PortInChange,
)
from .resources.api_2010.available_phone_number_filters import (
    AvailablePhoneNumberFilters as AvailablePhoneNumberFilters,
    AvailablePhoneNumberKind as AvailablePhoneNumberKind,
)
from .resources.api_2010.incoming_phone_number_options import (
    IncomingPhoneNumberFilters as IncomingPhoneNumberFilters,
    IncomingPhoneNumberKind as IncomingPhoneNumberKind,
    IncomingPhoneNumberOptions as IncomingPhoneNumberOptions,
)
from .resources.single_flight import (
    PortabilityCache as PortabilityCache,
    TTLCache as TTLCache,
)
from .sweep import (
    Journal as Journal,
    Outcome as Outcome,
    Progress as Progress,
    Sweep as Sweep,
)
from .transport.client_state import (
    CallWait as CallWait,
    Exchange as Exchange,
    Runtime as Runtime,
)
from .transport.credentials import (
    Credentials as Credentials,
    OAuthClientCredentials as OAuthClientCredentials,
    Token as Token,
    TokenRequest as TokenRequest,
)
from .transport.retry import (
    RetryPolicy as RetryPolicy,
)

__version__: str
