# The public names, and where each is. Type checkers read this file; at run time _lazy.py does.

from ._preload import (
    preload as preload,
)
from .chunks import (
    Chunk as Chunk,
)
from .chunks import (
    ChunkOptions as ChunkOptions,
)
from .chunks import (
    ChunkResult as ChunkResult,
)
from .chunks import (
    ChunkRunner as ChunkRunner,
)
from .chunks import (
    split as split,
)
from .chunks import (
    sweep_chunk as sweep_chunk,
)
from .client import (
    ClientOptions as ClientOptions,
)
from .client import (
    TwilioNumbers as TwilioNumbers,
)
from .compliance.details import (
    AddressDetails as AddressDetails,
)
from .compliance.details import (
    BundleAddress as BundleAddress,
)
from .compliance.details import (
    BundleDocument as BundleDocument,
)
from .compliance.details import (
    DocumentDetails as DocumentDetails,
)
from .compliance.plan import (
    BundlePlan as BundlePlan,
)
from .compliance.plan import (
    plan_bundle as plan_bundle,
)
from .compliance.problems import (
    BundleProblem as BundleProblem,
)
from .compliance.problems import (
    BundleProblemCode as BundleProblemCode,
)
from .compliance.review import (
    NoncompliantError as NoncompliantError,
)
from .compliance.review import (
    ReviewedBundle as ReviewedBundle,
)
from .errors import (
    ApiError as ApiError,
)
from .errors import (
    AuthenticationError as AuthenticationError,
)
from .errors import (
    ConfigurationError as ConfigurationError,
)
from .errors import (
    ConflictError as ConflictError,
)
from .errors import (
    ConnectError as ConnectError,
)
from .errors import (
    DecodeError as DecodeError,
)
from .errors import (
    GateFullError as GateFullError,
)
from .errors import (
    InvalidArgumentError as InvalidArgumentError,
)
from .errors import (
    InvalidPhoneNumberError as InvalidPhoneNumberError,
)
from .errors import (
    InvalidRequestError as InvalidRequestError,
)
from .errors import (
    JournalError as JournalError,
)
from .errors import (
    NotFoundError as NotFoundError,
)
from .errors import (
    PagingError as PagingError,
)
from .errors import (
    PermissionDeniedError as PermissionDeniedError,
)
from .errors import (
    RateLimitError as RateLimitError,
)
from .errors import (
    RequestTimeoutError as RequestTimeoutError,
)
from .errors import (
    ServerError as ServerError,
)
from .errors import (
    TransportError as TransportError,
)
from .errors import (
    TwilioNumbersError as TwilioNumbersError,
)
from .errors import (
    WebhookError as WebhookError,
)
from .gate import (
    AdaptiveGate as AdaptiveGate,
)
from .gate import (
    FixedGate as FixedGate,
)
from .gate import (
    Gate as Gate,
)
from .gate import (
    GateChange as GateChange,
)
from .gate import (
    GateSnapshot as GateSnapshot,
)
from .gate import (
    RateGate as RateGate,
)
from .gate import (
    Signal as Signal,
)
from .models import *  # noqa: F403 - all of them are public here too
from .paging import (
    Page as Page,
)
from .paging import (
    Pager as Pager,
)
from .phone import (
    to_e164 as to_e164,
)
from .porting.corrections import (
    CorrectionKind as CorrectionKind,
)
from .porting.corrections import (
    PortInCorrection as PortInCorrection,
)
from .porting.creation import (
    PortInOutcome as PortInOutcome,
)
from .porting.numbers import (
    LeftOutReason as LeftOutReason,
)
from .porting.numbers import (
    PortInLeftOut as PortInLeftOut,
)
from .porting.numbers import (
    PortInNumber as PortInNumber,
)
from .porting.plan import (
    PortInPlan as PortInPlan,
)
from .porting.plan import (
    plan_port_ins as plan_port_ins,
)
from .porting.problems import (
    PortInProblem as PortInProblem,
)
from .porting.problems import (
    PortInProblemCode as PortInProblemCode,
)
from .porting.problems import (
    PortInProblemSeverity as PortInProblemSeverity,
)
from .porting.replan import (
    PortInReplan as PortInReplan,
)
from .porting.replan import (
    replan as replan,
)
from .porting.watch import (
    PortInChange as PortInChange,
)
from .resources.api_2010.available_phone_number_filters import (
    AvailablePhoneNumberFilters as AvailablePhoneNumberFilters,
)
from .resources.api_2010.available_phone_number_filters import (
    AvailablePhoneNumberKind as AvailablePhoneNumberKind,
)
from .resources.api_2010.incoming_phone_number_options import (
    IncomingPhoneNumberFilters as IncomingPhoneNumberFilters,
)
from .resources.api_2010.incoming_phone_number_options import (
    IncomingPhoneNumberKind as IncomingPhoneNumberKind,
)
from .resources.api_2010.incoming_phone_number_options import (
    IncomingPhoneNumberOptions as IncomingPhoneNumberOptions,
)
from .resources.single_flight import (
    PortabilityCache as PortabilityCache,
)
from .resources.single_flight import (
    TTLCache as TTLCache,
)
from .sweep import (
    Journal as Journal,
)
from .sweep import (
    Outcome as Outcome,
)
from .sweep import (
    Progress as Progress,
)
from .sweep import (
    Sweep as Sweep,
)
from .transport.client_state import (
    CallWait as CallWait,
)
from .transport.client_state import (
    Exchange as Exchange,
)
from .transport.client_state import (
    Runtime as Runtime,
)
from .transport.credentials import (
    Credentials as Credentials,
)
from .transport.credentials import (
    OAuthClientCredentials as OAuthClientCredentials,
)
from .transport.credentials import (
    Token as Token,
)
from .transport.credentials import (
    TokenRequest as TokenRequest,
)
from .transport.retry import (
    RetryPolicy as RetryPolicy,
)

__version__: str
