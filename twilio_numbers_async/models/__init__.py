"""What Twilio says and what it is told: a module a resource family, everything importable from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._lazy import lazily

if TYPE_CHECKING:
    from .a2p import (
        A2pComplianceRegistrationSids,
        A2pRegistrationDetails,
        A2pRegistrationDetailsCampaignList,
        A2pRegistrationDetailsFetch,
        A2pRegistrationDetailsList,
    )
    from .advice import (
        NotPortableReason,
        advice_for,
        rejection_advice_for,
    )
    from .available_phone_number_v1 import (
        NumbersV1AvailablePhoneNumber,
        NumbersV1Billing,
        NumbersV1Capabilities,
        NumbersV1Certifications,
        NumbersV1Flags,
        NumbersV1Geography,
    )
    from .available_phone_numbers import (
        AvailablePhoneNumber,
        AvailablePhoneNumberCountry,
        AvailablePhoneNumberCountryPage,
        AvailablePhoneNumberPage,
    )
    from .base import (
        Answer,
        OpenEnum,
        Request,
    )
    from .checks import (
        MAX_PORT_IN_PHONE_NUMBERS,
        check,
        is_e164,
    )
    from .documents import Document
    from .eligibility import (
        BulkEligibility,
        BulkEligibilityCreate,
        BulkEligibilityStatus,
        Eligibility,
        EligibilityCreate,
        EligibilityCreatePhoneNumber,
        EligibilityResult,
        EligibilityStatus,
        EligibilitySubStatus,
    )
    from .hosted_orders import (
        AuthorizationDocumentStatus,
        DependentOrderStatus,
        DependentOrderVerificationType,
        HostedNumberOrderStatus,
        HostedNumberOrderVerificationType,
    )
    from .incoming_phone_numbers import (
        AssignedAddOn,
        AssignedAddOnExtension,
        AssignedAddOnExtensionPage,
        AssignedAddOnPage,
        EmergencyAddressStatus,
        EmergencyStatus,
        HttpMethod,
        IncomingPhoneNumber,
        IncomingPhoneNumberPage,
        IncomingPhoneNumberType,
        VoiceReceiveMode,
    )
    from .phone_numbers_2010 import (
        AddressRequirement,
        PhoneNumberCapabilities,
        UriPage,
    )
    from .port_in_create import (
        LosingCarrierInformation,
        PortInCreate,
        PortInCreatePhoneNumber,
        PortingAddress,
    )
    from .port_ins import (
        CustomerType,
        PortIn,
        PortInAddress,
        PortInLosingCarrier,
        PortInPhoneNumber,
        PortInPhoneNumberResult,
        PortInPhoneNumberStatus,
        PortInRequestPage,
        PortInRequestPageMeta,
        PortInStatus,
        PortInSummary,
    )
    from .portability import (
        NumberType,
        Portability,
    )
    from .sids import check_sid
    from .signing_requests import (
        SigningRequestConfiguration,
        SigningRequestConfigurationCreate,
        SigningRequestConfigurationPage,
        SigningRequestConfigurationPageMeta,
        SigningRequestProduct,
    )
    from .webhook_configuration import (
        PortingEventType,
        WebhookConfiguration,
        WebhookConfigurationCreate,
        WebhookConfigurationDelete,
        WebhookType,
    )

__all__ = [
    "MAX_PORT_IN_PHONE_NUMBERS",
    "A2pComplianceRegistrationSids",
    "A2pRegistrationDetails",
    "A2pRegistrationDetailsCampaignList",
    "A2pRegistrationDetailsFetch",
    "A2pRegistrationDetailsList",
    "AddressRequirement",
    "Answer",
    "AssignedAddOn",
    "AssignedAddOnExtension",
    "AssignedAddOnExtensionPage",
    "AssignedAddOnPage",
    "AuthorizationDocumentStatus",
    "AvailablePhoneNumber",
    "AvailablePhoneNumberCountry",
    "AvailablePhoneNumberCountryPage",
    "AvailablePhoneNumberPage",
    "BulkEligibility",
    "BulkEligibilityCreate",
    "BulkEligibilityStatus",
    "CustomerType",
    "DependentOrderStatus",
    "DependentOrderVerificationType",
    "Document",
    "Eligibility",
    "EligibilityCreate",
    "EligibilityCreatePhoneNumber",
    "EligibilityResult",
    "EligibilityStatus",
    "EligibilitySubStatus",
    "EmergencyAddressStatus",
    "EmergencyStatus",
    "HostedNumberOrderStatus",
    "HostedNumberOrderVerificationType",
    "HttpMethod",
    "IncomingPhoneNumber",
    "IncomingPhoneNumberPage",
    "IncomingPhoneNumberType",
    "LosingCarrierInformation",
    "NotPortableReason",
    "NumberType",
    "NumbersV1AvailablePhoneNumber",
    "NumbersV1Billing",
    "NumbersV1Capabilities",
    "NumbersV1Certifications",
    "NumbersV1Flags",
    "NumbersV1Geography",
    "OpenEnum",
    "PhoneNumberCapabilities",
    "PortIn",
    "PortInAddress",
    "PortInCreate",
    "PortInCreatePhoneNumber",
    "PortInLosingCarrier",
    "PortInPhoneNumber",
    "PortInPhoneNumberResult",
    "PortInPhoneNumberStatus",
    "PortInRequestPage",
    "PortInRequestPageMeta",
    "PortInStatus",
    "PortInSummary",
    "Portability",
    "PortingAddress",
    "PortingEventType",
    "Request",
    "SigningRequestConfiguration",
    "SigningRequestConfigurationCreate",
    "SigningRequestConfigurationPage",
    "SigningRequestConfigurationPageMeta",
    "SigningRequestProduct",
    "UriPage",
    "VoiceReceiveMode",
    "WebhookConfiguration",
    "WebhookConfigurationCreate",
    "WebhookConfigurationDelete",
    "WebhookType",
    "advice_for",
    "check",
    "check_sid",
    "is_e164",
    "rejection_advice_for",
]

_HOMES = {
    "a2p": (
        "A2pComplianceRegistrationSids",
        "A2pRegistrationDetails",
        "A2pRegistrationDetailsCampaignList",
        "A2pRegistrationDetailsFetch",
        "A2pRegistrationDetailsList",
    ),
    "advice": (
        "NotPortableReason",
        "advice_for",
        "rejection_advice_for",
    ),
    "available_phone_number_v1": (
        "NumbersV1AvailablePhoneNumber",
        "NumbersV1Billing",
        "NumbersV1Capabilities",
        "NumbersV1Certifications",
        "NumbersV1Flags",
        "NumbersV1Geography",
    ),
    "available_phone_numbers": (
        "AvailablePhoneNumber",
        "AvailablePhoneNumberCountry",
        "AvailablePhoneNumberCountryPage",
        "AvailablePhoneNumberPage",
    ),
    "base": (
        "Answer",
        "OpenEnum",
        "Request",
    ),
    "checks": (
        "MAX_PORT_IN_PHONE_NUMBERS",
        "check",
        "is_e164",
    ),
    "documents": ("Document",),
    "eligibility": (
        "BulkEligibility",
        "BulkEligibilityCreate",
        "BulkEligibilityStatus",
        "Eligibility",
        "EligibilityCreate",
        "EligibilityCreatePhoneNumber",
        "EligibilityResult",
        "EligibilityStatus",
        "EligibilitySubStatus",
    ),
    "hosted_orders": (
        "AuthorizationDocumentStatus",
        "DependentOrderStatus",
        "DependentOrderVerificationType",
        "HostedNumberOrderStatus",
        "HostedNumberOrderVerificationType",
    ),
    "incoming_phone_numbers": (
        "AssignedAddOn",
        "AssignedAddOnExtension",
        "AssignedAddOnExtensionPage",
        "AssignedAddOnPage",
        "EmergencyAddressStatus",
        "EmergencyStatus",
        "HttpMethod",
        "IncomingPhoneNumber",
        "IncomingPhoneNumberPage",
        "IncomingPhoneNumberType",
        "VoiceReceiveMode",
    ),
    "phone_numbers_2010": (
        "AddressRequirement",
        "PhoneNumberCapabilities",
        "UriPage",
    ),
    "port_in_create": (
        "LosingCarrierInformation",
        "PortInCreate",
        "PortInCreatePhoneNumber",
        "PortingAddress",
    ),
    "port_ins": (
        "CustomerType",
        "PortIn",
        "PortInAddress",
        "PortInLosingCarrier",
        "PortInPhoneNumber",
        "PortInPhoneNumberResult",
        "PortInPhoneNumberStatus",
        "PortInRequestPage",
        "PortInRequestPageMeta",
        "PortInStatus",
        "PortInSummary",
    ),
    "portability": (
        "NumberType",
        "Portability",
    ),
    "sids": ("check_sid",),
    "signing_requests": (
        "SigningRequestConfiguration",
        "SigningRequestConfigurationCreate",
        "SigningRequestConfigurationPage",
        "SigningRequestConfigurationPageMeta",
        "SigningRequestProduct",
    ),
    "webhook_configuration": (
        "PortingEventType",
        "WebhookConfiguration",
        "WebhookConfigurationCreate",
        "WebhookConfigurationDelete",
        "WebhookType",
    ),
}
if not TYPE_CHECKING:  # a type checker would believe in any name
    __getattr__, __dir__ = lazily(__name__, _HOMES)
