# pyright: reportUnusedImport=false
# The names of this package, and where each is. Type checkers read this file; at run time _lazy.py does.

from .api_2010.accounts import (
    Account as Account,
    AccountPage as AccountPage,
    AccountStatus as AccountStatus,
    AccountType as AccountType,
)
from .api_2010.addresses import (
    Address as Address,
    AddressPage as AddressPage,
    DependentPhoneNumber as DependentPhoneNumber,
    DependentPhoneNumberPage as DependentPhoneNumberPage,
)
from .api_2010.available_phone_numbers import (
    AvailablePhoneNumber as AvailablePhoneNumber,
    AvailablePhoneNumberCountry as AvailablePhoneNumberCountry,
    AvailablePhoneNumberCountryPage as AvailablePhoneNumberCountryPage,
    AvailablePhoneNumberPage as AvailablePhoneNumberPage,
)
from .api_2010.incoming_phone_numbers import (
    AssignedAddOn as AssignedAddOn,
    AssignedAddOnExtension as AssignedAddOnExtension,
    AssignedAddOnExtensionPage as AssignedAddOnExtensionPage,
    AssignedAddOnPage as AssignedAddOnPage,
    EmergencyAddressStatus as EmergencyAddressStatus,
    EmergencyStatus as EmergencyStatus,
    HttpMethod as HttpMethod,
    IncomingPhoneNumber as IncomingPhoneNumber,
    IncomingPhoneNumberPage as IncomingPhoneNumberPage,
    IncomingPhoneNumberType as IncomingPhoneNumberType,
    VoiceReceiveMode as VoiceReceiveMode,
)

# As in 0.1.0; the package itself imports them from their modules.
from .api_2010.phone_numbers import (
    AddressRequirement as AddressRequirement,
    PhoneNumberCapabilities as PhoneNumberCapabilities,
    UriPage,  # noqa: F401
)
from .base import (  # noqa: F401
    Answer,
    OpenEnum as OpenEnum,
    Request,
)
from .messaging_v1.services import (
    MessagingServicePhoneNumber as MessagingServicePhoneNumber,
    MessagingServicePhoneNumberPage as MessagingServicePhoneNumberPage,
)
from .numbers_v1.a2p import (
    A2pComplianceRegistrationSids as A2pComplianceRegistrationSids,
    A2pRegistrationDetails as A2pRegistrationDetails,
    A2pRegistrationDetailsCampaignList as A2pRegistrationDetailsCampaignList,
    A2pRegistrationDetailsFetch as A2pRegistrationDetailsFetch,
    A2pRegistrationDetailsList as A2pRegistrationDetailsList,
)
from .numbers_v1.advice import (
    NotPortableReason as NotPortableReason,
    advice_for as advice_for,
    rejection_advice_for as rejection_advice_for,
)
from .numbers_v1.available_phone_numbers import (
    NumbersV1AvailablePhoneNumber as NumbersV1AvailablePhoneNumber,
    NumbersV1Billing as NumbersV1Billing,
    NumbersV1Capabilities as NumbersV1Capabilities,
    NumbersV1Certifications as NumbersV1Certifications,
    NumbersV1Flags as NumbersV1Flags,
    NumbersV1Geography as NumbersV1Geography,
)
from .numbers_v1.caller_ids import (
    CallerIdSmsCheck as CallerIdSmsCheck,
    CallerIdSmsCheckCreate as CallerIdSmsCheckCreate,
    CallerIdSmsVerification as CallerIdSmsVerification,
    CallerIdSmsVerificationCreate as CallerIdSmsVerificationCreate,
    CallerIdVerificationStatus as CallerIdVerificationStatus,
    CallerIdVoiceVerification as CallerIdVoiceVerification,
    CallerIdVoiceVerificationCreate as CallerIdVoiceVerificationCreate,
)
from .numbers_v1.documents import (
    Document as Document,
)
from .numbers_v1.eligibility import (
    BulkEligibility as BulkEligibility,
    BulkEligibilityCreate as BulkEligibilityCreate,
    BulkEligibilityStatus as BulkEligibilityStatus,
    Eligibility as Eligibility,
    EligibilityCreate as EligibilityCreate,
    EligibilityCreatePhoneNumber as EligibilityCreatePhoneNumber,
    EligibilityResult as EligibilityResult,
    EligibilityStatus as EligibilityStatus,
    EligibilitySubStatus as EligibilitySubStatus,
)
from .numbers_v1.hosted_orders import (
    AuthorizationDocumentStatus as AuthorizationDocumentStatus,
    DependentOrderStatus as DependentOrderStatus,
    DependentOrderVerificationType as DependentOrderVerificationType,
    HostedNumberOrderStatus as HostedNumberOrderStatus,
    HostedNumberOrderVerificationType as HostedNumberOrderVerificationType,
)
from .numbers_v1.port_in_create import (
    LosingCarrierInformation as LosingCarrierInformation,
    PortInCreate as PortInCreate,
    PortInCreatePhoneNumber as PortInCreatePhoneNumber,
    PortingAddress as PortingAddress,
)
from .numbers_v1.port_ins import (
    CustomerType as CustomerType,
    PortIn as PortIn,
    PortInAddress as PortInAddress,
    PortInLosingCarrier as PortInLosingCarrier,
    PortInPhoneNumber as PortInPhoneNumber,
    PortInPhoneNumberResult as PortInPhoneNumberResult,
    PortInPhoneNumberStatus as PortInPhoneNumberStatus,
    PortInRequestPage as PortInRequestPage,
    PortInRequestPageMeta as PortInRequestPageMeta,
    PortInStatus as PortInStatus,
    PortInSummary as PortInSummary,
)
from .numbers_v1.portability import (
    NumberType as NumberType,
    Portability as Portability,
)
from .numbers_v1.signing_requests import (
    SigningRequestConfiguration as SigningRequestConfiguration,
    SigningRequestConfigurationCreate as SigningRequestConfigurationCreate,
    SigningRequestConfigurationPage as SigningRequestConfigurationPage,
    SigningRequestConfigurationPageMeta as SigningRequestConfigurationPageMeta,
    SigningRequestProduct as SigningRequestProduct,
)
from .numbers_v1.webhook_configuration import (
    PortingEventType as PortingEventType,
    WebhookConfiguration as WebhookConfiguration,
    WebhookConfigurationCreate as WebhookConfigurationCreate,
    WebhookConfigurationDelete as WebhookConfigurationDelete,
    WebhookType as WebhookType,
)
from .numbers_v2.bulk_hosted_number_orders import (
    BulkHostedNumberOrder as BulkHostedNumberOrder,
    BulkHostedNumberOrderCreate as BulkHostedNumberOrderCreate,
    BulkHostedNumberOrderEntry as BulkHostedNumberOrderEntry,
    BulkHostedNumberOrderItem as BulkHostedNumberOrderItem,
    BulkHostedNumberOrderNumber as BulkHostedNumberOrderNumber,
    BulkHostedNumberOrderResult as BulkHostedNumberOrderResult,
    BulkHostedNumberOrderStatus as BulkHostedNumberOrderStatus,
)
from .numbers_v2.bundles import (
    Bundle as Bundle,
    BundleClone as BundleClone,
    BundlePage as BundlePage,
    BundleSortBy as BundleSortBy,
    BundleStatus as BundleStatus,
    Evaluation as Evaluation,
    EvaluationField as EvaluationField,
    EvaluationPage as EvaluationPage,
    EvaluationResult as EvaluationResult,
    EvaluationStatus as EvaluationStatus,
    ItemAssignment as ItemAssignment,
    ItemAssignmentPage as ItemAssignmentPage,
    SortDirection as SortDirection,
)
from .numbers_v2.end_users import (
    EndUser as EndUser,
    EndUserKind as EndUserKind,
    EndUserPage as EndUserPage,
    EndUserType as EndUserType,
    EndUserTypePage as EndUserTypePage,
    SupportingDocument as SupportingDocument,
    SupportingDocumentError as SupportingDocumentError,
    SupportingDocumentPage as SupportingDocumentPage,
    SupportingDocumentStatus as SupportingDocumentStatus,
    SupportingDocumentType as SupportingDocumentType,
    SupportingDocumentTypePage as SupportingDocumentTypePage,
    TypeField as TypeField,
)
from .numbers_v2.hosted_number_orders import (
    AuthorizationDocument as AuthorizationDocument,
    AuthorizationDocumentPage as AuthorizationDocumentPage,
    DependentHostedNumberOrder as DependentHostedNumberOrder,
    DependentHostedNumberOrderPage as DependentHostedNumberOrderPage,
    HostedNumberOrder as HostedNumberOrder,
    HostedNumberOrderPage as HostedNumberOrderPage,
)
from .numbers_v2.needs import (
    NeededDocument as NeededDocument,
    NeededField as NeededField,
    NeededProof as NeededProof,
    RegulationNeeds as RegulationNeeds,
)
from .numbers_v2.regulations import (
    Regulation as Regulation,
    RegulationNumberType as RegulationNumberType,
    RegulationPage as RegulationPage,
)
from .numbers_v2.requirements import (
    AcceptedDocument as AcceptedDocument,
    DocumentRequirement as DocumentRequirement,
    EndUserRequirement as EndUserRequirement,
    RegulationRequirements as RegulationRequirements,
    RequirementField as RequirementField,
)
from .sids import check_sid  # noqa: F401
from .trunking_v1.trunks import (
    TrunkPhoneNumber as TrunkPhoneNumber,
    TrunkPhoneNumberPage as TrunkPhoneNumberPage,
)
from .validate import MAX_PORT_IN_PHONE_NUMBERS, check, is_e164  # noqa: F401
