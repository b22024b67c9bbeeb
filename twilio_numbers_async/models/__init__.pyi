# The names of this package, and where each is. Type checkers read this file; at run time _lazy.py does.

from .api_2010.accounts import (
    Account as Account,
)
from .api_2010.accounts import (
    AccountPage as AccountPage,
)
from .api_2010.accounts import (
    AccountStatus as AccountStatus,
)
from .api_2010.accounts import (
    AccountType as AccountType,
)
from .api_2010.addresses import (
    Address as Address,
)
from .api_2010.addresses import (
    AddressPage as AddressPage,
)
from .api_2010.addresses import (
    DependentPhoneNumber as DependentPhoneNumber,
)
from .api_2010.addresses import (
    DependentPhoneNumberPage as DependentPhoneNumberPage,
)
from .api_2010.available_phone_numbers import (
    AvailablePhoneNumber as AvailablePhoneNumber,
)
from .api_2010.available_phone_numbers import (
    AvailablePhoneNumberCountry as AvailablePhoneNumberCountry,
)
from .api_2010.available_phone_numbers import (
    AvailablePhoneNumberCountryPage as AvailablePhoneNumberCountryPage,
)
from .api_2010.available_phone_numbers import (
    AvailablePhoneNumberPage as AvailablePhoneNumberPage,
)
from .api_2010.incoming_phone_numbers import (
    AssignedAddOn as AssignedAddOn,
)
from .api_2010.incoming_phone_numbers import (
    AssignedAddOnExtension as AssignedAddOnExtension,
)
from .api_2010.incoming_phone_numbers import (
    AssignedAddOnExtensionPage as AssignedAddOnExtensionPage,
)
from .api_2010.incoming_phone_numbers import (
    AssignedAddOnPage as AssignedAddOnPage,
)
from .api_2010.incoming_phone_numbers import (
    EmergencyAddressStatus as EmergencyAddressStatus,
)
from .api_2010.incoming_phone_numbers import (
    EmergencyStatus as EmergencyStatus,
)
from .api_2010.incoming_phone_numbers import (
    HttpMethod as HttpMethod,
)
from .api_2010.incoming_phone_numbers import (
    IncomingPhoneNumber as IncomingPhoneNumber,
)
from .api_2010.incoming_phone_numbers import (
    IncomingPhoneNumberPage as IncomingPhoneNumberPage,
)
from .api_2010.incoming_phone_numbers import (
    IncomingPhoneNumberType as IncomingPhoneNumberType,
)
from .api_2010.incoming_phone_numbers import (
    VoiceReceiveMode as VoiceReceiveMode,
)
from .api_2010.phone_numbers import (
    AddressRequirement as AddressRequirement,
)
from .api_2010.phone_numbers import (
    PhoneNumberCapabilities as PhoneNumberCapabilities,
)
from .base import (
    OpenEnum as OpenEnum,
)
from .messaging_v1.services import (
    MessagingServicePhoneNumber as MessagingServicePhoneNumber,
)
from .messaging_v1.services import (
    MessagingServicePhoneNumberPage as MessagingServicePhoneNumberPage,
)
from .numbers_v1.a2p import (
    A2pComplianceRegistrationSids as A2pComplianceRegistrationSids,
)
from .numbers_v1.a2p import (
    A2pRegistrationDetails as A2pRegistrationDetails,
)
from .numbers_v1.a2p import (
    A2pRegistrationDetailsCampaignList as A2pRegistrationDetailsCampaignList,
)
from .numbers_v1.a2p import (
    A2pRegistrationDetailsFetch as A2pRegistrationDetailsFetch,
)
from .numbers_v1.a2p import (
    A2pRegistrationDetailsList as A2pRegistrationDetailsList,
)
from .numbers_v1.advice import (
    NotPortableReason as NotPortableReason,
)
from .numbers_v1.advice import (
    advice_for as advice_for,
)
from .numbers_v1.advice import (
    rejection_advice_for as rejection_advice_for,
)
from .numbers_v1.available_phone_numbers import (
    NumbersV1AvailablePhoneNumber as NumbersV1AvailablePhoneNumber,
)
from .numbers_v1.available_phone_numbers import (
    NumbersV1Billing as NumbersV1Billing,
)
from .numbers_v1.available_phone_numbers import (
    NumbersV1Capabilities as NumbersV1Capabilities,
)
from .numbers_v1.available_phone_numbers import (
    NumbersV1Certifications as NumbersV1Certifications,
)
from .numbers_v1.available_phone_numbers import (
    NumbersV1Flags as NumbersV1Flags,
)
from .numbers_v1.available_phone_numbers import (
    NumbersV1Geography as NumbersV1Geography,
)
from .numbers_v1.caller_ids import (
    CallerIdSmsCheck as CallerIdSmsCheck,
)
from .numbers_v1.caller_ids import (
    CallerIdSmsCheckCreate as CallerIdSmsCheckCreate,
)
from .numbers_v1.caller_ids import (
    CallerIdSmsVerification as CallerIdSmsVerification,
)
from .numbers_v1.caller_ids import (
    CallerIdSmsVerificationCreate as CallerIdSmsVerificationCreate,
)
from .numbers_v1.caller_ids import (
    CallerIdVerificationStatus as CallerIdVerificationStatus,
)
from .numbers_v1.caller_ids import (
    CallerIdVoiceVerification as CallerIdVoiceVerification,
)
from .numbers_v1.caller_ids import (
    CallerIdVoiceVerificationCreate as CallerIdVoiceVerificationCreate,
)
from .numbers_v1.documents import (
    Document as Document,
)
from .numbers_v1.eligibility import (
    BulkEligibility as BulkEligibility,
)
from .numbers_v1.eligibility import (
    BulkEligibilityCreate as BulkEligibilityCreate,
)
from .numbers_v1.eligibility import (
    BulkEligibilityStatus as BulkEligibilityStatus,
)
from .numbers_v1.eligibility import (
    Eligibility as Eligibility,
)
from .numbers_v1.eligibility import (
    EligibilityCreate as EligibilityCreate,
)
from .numbers_v1.eligibility import (
    EligibilityCreatePhoneNumber as EligibilityCreatePhoneNumber,
)
from .numbers_v1.eligibility import (
    EligibilityResult as EligibilityResult,
)
from .numbers_v1.eligibility import (
    EligibilityStatus as EligibilityStatus,
)
from .numbers_v1.eligibility import (
    EligibilitySubStatus as EligibilitySubStatus,
)
from .numbers_v1.hosted_orders import (
    AuthorizationDocumentStatus as AuthorizationDocumentStatus,
)
from .numbers_v1.hosted_orders import (
    DependentOrderStatus as DependentOrderStatus,
)
from .numbers_v1.hosted_orders import (
    DependentOrderVerificationType as DependentOrderVerificationType,
)
from .numbers_v1.hosted_orders import (
    HostedNumberOrderStatus as HostedNumberOrderStatus,
)
from .numbers_v1.hosted_orders import (
    HostedNumberOrderVerificationType as HostedNumberOrderVerificationType,
)
from .numbers_v1.port_in_create import (
    LosingCarrierInformation as LosingCarrierInformation,
)
from .numbers_v1.port_in_create import (
    PortInCreate as PortInCreate,
)
from .numbers_v1.port_in_create import (
    PortInCreatePhoneNumber as PortInCreatePhoneNumber,
)
from .numbers_v1.port_in_create import (
    PortingAddress as PortingAddress,
)
from .numbers_v1.port_ins import (
    CustomerType as CustomerType,
)
from .numbers_v1.port_ins import (
    PortIn as PortIn,
)
from .numbers_v1.port_ins import (
    PortInAddress as PortInAddress,
)
from .numbers_v1.port_ins import (
    PortInLosingCarrier as PortInLosingCarrier,
)
from .numbers_v1.port_ins import (
    PortInPhoneNumber as PortInPhoneNumber,
)
from .numbers_v1.port_ins import (
    PortInPhoneNumberResult as PortInPhoneNumberResult,
)
from .numbers_v1.port_ins import (
    PortInPhoneNumberStatus as PortInPhoneNumberStatus,
)
from .numbers_v1.port_ins import (
    PortInRequestPage as PortInRequestPage,
)
from .numbers_v1.port_ins import (
    PortInRequestPageMeta as PortInRequestPageMeta,
)
from .numbers_v1.port_ins import (
    PortInStatus as PortInStatus,
)
from .numbers_v1.port_ins import (
    PortInSummary as PortInSummary,
)
from .numbers_v1.portability import (
    NumberType as NumberType,
)
from .numbers_v1.portability import (
    Portability as Portability,
)
from .numbers_v1.signing_requests import (
    SigningRequestConfiguration as SigningRequestConfiguration,
)
from .numbers_v1.signing_requests import (
    SigningRequestConfigurationCreate as SigningRequestConfigurationCreate,
)
from .numbers_v1.signing_requests import (
    SigningRequestConfigurationPage as SigningRequestConfigurationPage,
)
from .numbers_v1.signing_requests import (
    SigningRequestConfigurationPageMeta as SigningRequestConfigurationPageMeta,
)
from .numbers_v1.signing_requests import (
    SigningRequestProduct as SigningRequestProduct,
)
from .numbers_v1.webhook_configuration import (
    PortingEventType as PortingEventType,
)
from .numbers_v1.webhook_configuration import (
    WebhookConfiguration as WebhookConfiguration,
)
from .numbers_v1.webhook_configuration import (
    WebhookConfigurationCreate as WebhookConfigurationCreate,
)
from .numbers_v1.webhook_configuration import (
    WebhookConfigurationDelete as WebhookConfigurationDelete,
)
from .numbers_v1.webhook_configuration import (
    WebhookType as WebhookType,
)
from .numbers_v2.bulk_hosted_number_orders import (
    BulkHostedNumberOrder as BulkHostedNumberOrder,
)
from .numbers_v2.bulk_hosted_number_orders import (
    BulkHostedNumberOrderCreate as BulkHostedNumberOrderCreate,
)
from .numbers_v2.bulk_hosted_number_orders import (
    BulkHostedNumberOrderEntry as BulkHostedNumberOrderEntry,
)
from .numbers_v2.bulk_hosted_number_orders import (
    BulkHostedNumberOrderItem as BulkHostedNumberOrderItem,
)
from .numbers_v2.bulk_hosted_number_orders import (
    BulkHostedNumberOrderNumber as BulkHostedNumberOrderNumber,
)
from .numbers_v2.bulk_hosted_number_orders import (
    BulkHostedNumberOrderResult as BulkHostedNumberOrderResult,
)
from .numbers_v2.bulk_hosted_number_orders import (
    BulkHostedNumberOrderStatus as BulkHostedNumberOrderStatus,
)
from .numbers_v2.bundles import (
    Bundle as Bundle,
)
from .numbers_v2.bundles import (
    BundleClone as BundleClone,
)
from .numbers_v2.bundles import (
    BundlePage as BundlePage,
)
from .numbers_v2.bundles import (
    BundleSortBy as BundleSortBy,
)
from .numbers_v2.bundles import (
    BundleStatus as BundleStatus,
)
from .numbers_v2.bundles import (
    Evaluation as Evaluation,
)
from .numbers_v2.bundles import (
    EvaluationField as EvaluationField,
)
from .numbers_v2.bundles import (
    EvaluationPage as EvaluationPage,
)
from .numbers_v2.bundles import (
    EvaluationResult as EvaluationResult,
)
from .numbers_v2.bundles import (
    EvaluationStatus as EvaluationStatus,
)
from .numbers_v2.bundles import (
    ItemAssignment as ItemAssignment,
)
from .numbers_v2.bundles import (
    ItemAssignmentPage as ItemAssignmentPage,
)
from .numbers_v2.bundles import (
    SortDirection as SortDirection,
)
from .numbers_v2.end_users import (
    EndUser as EndUser,
)
from .numbers_v2.end_users import (
    EndUserKind as EndUserKind,
)
from .numbers_v2.end_users import (
    EndUserPage as EndUserPage,
)
from .numbers_v2.end_users import (
    EndUserType as EndUserType,
)
from .numbers_v2.end_users import (
    EndUserTypePage as EndUserTypePage,
)
from .numbers_v2.end_users import (
    SupportingDocument as SupportingDocument,
)
from .numbers_v2.end_users import (
    SupportingDocumentError as SupportingDocumentError,
)
from .numbers_v2.end_users import (
    SupportingDocumentPage as SupportingDocumentPage,
)
from .numbers_v2.end_users import (
    SupportingDocumentStatus as SupportingDocumentStatus,
)
from .numbers_v2.end_users import (
    SupportingDocumentType as SupportingDocumentType,
)
from .numbers_v2.end_users import (
    SupportingDocumentTypePage as SupportingDocumentTypePage,
)
from .numbers_v2.end_users import (
    TypeField as TypeField,
)
from .numbers_v2.hosted_number_orders import (
    AuthorizationDocument as AuthorizationDocument,
)
from .numbers_v2.hosted_number_orders import (
    AuthorizationDocumentPage as AuthorizationDocumentPage,
)
from .numbers_v2.hosted_number_orders import (
    DependentHostedNumberOrder as DependentHostedNumberOrder,
)
from .numbers_v2.hosted_number_orders import (
    DependentHostedNumberOrderPage as DependentHostedNumberOrderPage,
)
from .numbers_v2.hosted_number_orders import (
    HostedNumberOrder as HostedNumberOrder,
)
from .numbers_v2.hosted_number_orders import (
    HostedNumberOrderPage as HostedNumberOrderPage,
)
from .numbers_v2.needs import (
    NeededDocument as NeededDocument,
)
from .numbers_v2.needs import (
    NeededField as NeededField,
)
from .numbers_v2.needs import (
    NeededProof as NeededProof,
)
from .numbers_v2.needs import (
    RegulationNeeds as RegulationNeeds,
)
from .numbers_v2.regulations import (
    AcceptedDocument as AcceptedDocument,
)
from .numbers_v2.regulations import (
    DocumentRequirement as DocumentRequirement,
)
from .numbers_v2.regulations import (
    EndUserRequirement as EndUserRequirement,
)
from .numbers_v2.regulations import (
    Regulation as Regulation,
)
from .numbers_v2.regulations import (
    RegulationNumberType as RegulationNumberType,
)
from .numbers_v2.regulations import (
    RegulationPage as RegulationPage,
)
from .numbers_v2.regulations import (
    RegulationRequirements as RegulationRequirements,
)
from .numbers_v2.regulations import (
    RequirementField as RequirementField,
)
from .trunking_v1.trunks import (
    TrunkPhoneNumber as TrunkPhoneNumber,
)
from .trunking_v1.trunks import (
    TrunkPhoneNumberPage as TrunkPhoneNumberPage,
)
