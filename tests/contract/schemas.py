"""The specification's schemas, and which Struct or enum of the package stands for each."""

from __future__ import annotations

import json
import re
import types
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self, Union

import msgspec

from twilio_numbers_async import models as m
from twilio_numbers_async.models.base import Answer, OpenEnum

Schema = dict[str, Any]
Struct = type[msgspec.Struct]

HERE = Path(__file__).parent
FACTS_V1 = HERE / "numbers_v1_facts.json"
FACTS_2010 = HERE / "phone_numbers_2010_facts.json"

# More than one where the same shape is both sent and received.
STRUCTS_V1: dict[str, tuple[Struct, ...]] = {
    "numbers.v1.bulk_eligibility": (m.BulkEligibility,),
    "numbers.v1.eligibility": (m.Eligibility,),
    "numbers.v1.porting_port_in": (m.PortIn,),
    "numbers.v1.porting_port_in_phone_number": (m.PortInPhoneNumber,),
    "numbers.v1.porting_portability": (m.Portability,),
    "numbers.v1.porting_webhook_configuration": (m.WebhookConfiguration,),
    "numbers.v1.porting_webhook_configuration_delete": (m.WebhookConfigurationDelete,),
    "numbers.v1.porting_webhook_configuration_fetch": (m.WebhookConfiguration,),
    "numbers.v1.signing_request_configuration": (m.SigningRequestConfiguration,),
    "numbers.v1.port_in_request_list": (m.PortInSummary,),
    "numbers.v1.port_in_request_list_meta": (m.PortInRequestPageMeta,),
    "numbers.v1.porting_port_in_create": (m.PortInCreate,),
    "numbers.v1.porting_losing_carrier_information": (m.PortInLosingCarrier, m.LosingCarrierInformation),
    "numbers.v1.porting_address": (m.PortInAddress, m.PortingAddress),
    "numbers.v1.porting_port_in_phone_number_result": (m.PortInPhoneNumberResult,),
    "numbers.v1.available_phone_number": (m.NumbersV1AvailablePhoneNumber,),
    "numbers.v1.a2p_registration_details": (m.A2pRegistrationDetails,),
    "numbers.v1.a2p_brand_campaign_compliance_registration_sids": (m.A2pComplianceRegistrationSids,),
    "numbers.v1.a2p_registration_details_list": (m.A2pRegistrationDetailsList,),
    "numbers.v1.a2p_registration_details_fetch": (m.A2pRegistrationDetailsFetch,),
    "numbers.v1.a2p_registration_details_campaign_list": (m.A2pRegistrationDetailsCampaignList,),
}
ENUMS_V1: dict[str, type[OpenEnum]] = {
    "authorization_document_enum_status": m.AuthorizationDocumentStatus,
    "bulk_eligibility_enum_eligibility_status": m.EligibilityStatus,
    "bulk_eligibility_enum_eligibility_sub_status": m.EligibilitySubStatus,
    "dependent_order_enum_status": m.DependentOrderStatus,
    "dependent_order_enum_verification_type": m.DependentOrderVerificationType,
    "eligibility_enum_eligibility_status": m.EligibilityStatus,
    "eligibility_enum_eligibility_sub_status": m.EligibilitySubStatus,
    "hosted_number_order_enum_status": m.HostedNumberOrderStatus,
    "hosted_number_order_enum_verification_type": m.HostedNumberOrderVerificationType,
    "porting_portability_enum_number_type": m.NumberType,
    "porting_webhook_configuration_delete_enum_webhook_type": m.WebhookType,
}
PAGES_V1: dict[str, Struct] = {
    "ListPortInRequests": m.PortInRequestPage,
    "ListSigningRequestConfiguration": m.SigningRequestConfigurationPage,
}

_AVAILABLE = "api.v2010.account.available_phone_number_country"
_INCOMING = "api.v2010.account.incoming_phone_number"
_ADD_ON = f"{_INCOMING}.incoming_phone_number_assigned_add_on"
STRUCTS_2010: dict[str, tuple[Struct, ...]] = {
    _AVAILABLE: (m.AvailablePhoneNumberCountry,),
    **{
        f"{_AVAILABLE}.available_phone_number_{kind}": (m.AvailablePhoneNumber,)
        for kind in ("local", "machine_to_machine", "mobile", "national", "shared_cost", "toll_free", "voip")
    },
    _INCOMING: (m.IncomingPhoneNumber,),
    **{
        f"{_INCOMING}.incoming_phone_number_{kind}": (m.IncomingPhoneNumber,)
        for kind in ("local", "mobile", "toll_free")
    },
    _ADD_ON: (m.AssignedAddOn,),
    f"{_ADD_ON}.incoming_phone_number_assigned_add_on_extension": (m.AssignedAddOnExtension,),
}
ENUMS_2010: dict[str, type[OpenEnum]] = {
    f"incoming_phone_number{kind}_enum_{name}": enum
    for kind in ("", "_local", "_mobile", "_toll_free")
    for name, enum in (
        ("address_requirement", m.AddressRequirement),
        ("emergency_status", m.EmergencyStatus),
        ("emergency_address_status", m.EmergencyAddressStatus),
        ("voice_receive_mode", m.VoiceReceiveMode),
    )
}
PAGES_2010: dict[str, Struct] = {
    "ListAvailablePhoneNumberCountry": m.AvailablePhoneNumberCountryPage,
    **{
        f"ListAvailablePhoneNumber{kind}": m.AvailablePhoneNumberPage
        for kind in ("Local", "MachineToMachine", "Mobile", "National", "SharedCost", "TollFree", "Voip")
    },
    **{
        f"ListIncomingPhoneNumber{kind}": m.IncomingPhoneNumberPage
        for kind in ("", "Local", "Mobile", "TollFree")
    },
    "ListIncomingPhoneNumberAssignedAddOn": m.AssignedAddOnPage,
    "ListIncomingPhoneNumberAssignedAddOnExtension": m.AssignedAddOnExtensionPage,
}

STRUCTS_ADDRESSES: dict[str, tuple[Struct, ...]] = {
    "api.v2010.account.address": (m.Address,),
    "api.v2010.account.address.dependent_phone_number": (m.DependentPhoneNumber,),
}
ENUMS_ADDRESSES: dict[str, type[OpenEnum]] = {
    "dependent_phone_number_enum_address_requirement": m.AddressRequirement,
    "dependent_phone_number_enum_emergency_status": m.EmergencyStatus,
}
PAGES_ADDRESSES: dict[str, Struct] = {
    "ListAddress": m.AddressPage,
    "ListDependentPhoneNumber": m.DependentPhoneNumberPage,
}
STRUCTS_ACCOUNTS: dict[str, tuple[Struct, ...]] = {"api.v2010.account": (m.Account,)}
ENUMS_ACCOUNTS: dict[str, type[OpenEnum]] = {
    "account_enum_status": m.AccountStatus,
    "account_enum_type": m.AccountType,
}
PAGES_ACCOUNTS: dict[str, Struct] = {"ListAccount": m.AccountPage}

STRUCTS_CALLER_IDS: dict[str, tuple[Struct, ...]] = {
    "numbers.v1.sms_verification": (m.CallerIdSmsVerification,),
    "numbers.v1.sms_verification_create": (m.CallerIdSmsVerificationCreate,),
    "numbers.v1.sms_verification_check": (m.CallerIdSmsCheck,),
    "numbers.v1.sms_verification_check_create": (m.CallerIdSmsCheckCreate,),
    "numbers.v1.voice_verification": (m.CallerIdVoiceVerification,),
    "numbers.v1.voice_verification_create": (m.CallerIdVoiceVerificationCreate,),
}
ENUMS_CALLER_IDS: dict[str, type[OpenEnum]] = {
    "sms_verification_check_enum_status": m.CallerIdVerificationStatus,
}

_COMPLIANCE = "numbers.v2.regulatory_compliance"
STRUCTS_COMPLIANCE: dict[str, tuple[Struct, ...]] = {
    "numbers.v2.bundle_clone": (m.BundleClone,),
    f"{_COMPLIANCE}.bundle": (m.Bundle,),
    f"{_COMPLIANCE}.bundle.bundle_copy": (m.Bundle,),
    f"{_COMPLIANCE}.bundle.evaluation": (m.Evaluation,),
    f"{_COMPLIANCE}.bundle.item_assignment": (m.ItemAssignment,),
    f"{_COMPLIANCE}.bundle.replace_items": (m.Bundle,),
    f"{_COMPLIANCE}.end_user": (m.EndUser,),
    f"{_COMPLIANCE}.end_user_type": (m.EndUserType,),
    f"{_COMPLIANCE}.regulation": (m.Regulation,),
    f"{_COMPLIANCE}.supporting_document": (m.SupportingDocument,),
    f"{_COMPLIANCE}.supporting_document_type": (m.SupportingDocumentType,),
}
ENUMS_COMPLIANCE: dict[str, type[OpenEnum]] = {
    "bundle_clone_enum_status": m.BundleStatus,
    "bundle_copy_enum_status": m.BundleStatus,
    "bundle_enum_end_user_type": m.EndUserKind,
    "bundle_enum_sort_by": m.BundleSortBy,
    "bundle_enum_sort_direction": m.SortDirection,
    "bundle_enum_status": m.BundleStatus,
    "end_user_enum_type": m.EndUserKind,
    "evaluation_enum_status": m.EvaluationStatus,
    "regulation_enum_end_user_type": m.EndUserKind,
    "replace_items_enum_status": m.BundleStatus,
    "supporting_document_enum_status": m.SupportingDocumentStatus,
}
PAGES_COMPLIANCE: dict[str, Struct] = {
    "ListBundle": m.BundlePage,
    "ListBundleCopy": m.BundlePage,
    "ListEndUser": m.EndUserPage,
    "ListEndUserType": m.EndUserTypePage,
    "ListEvaluation": m.EvaluationPage,
    "ListItemAssignment": m.ItemAssignmentPage,
    "ListRegulation": m.RegulationPage,
    "ListSupportingDocument": m.SupportingDocumentPage,
    "ListSupportingDocumentType": m.SupportingDocumentTypePage,
}

_HOSTING = "numbers.v2"
STRUCTS_HOSTING: dict[str, tuple[Struct, ...]] = {
    f"{_HOSTING}.hosted_number_order": (m.HostedNumberOrder,),
    f"{_HOSTING}.bulk_hosted_number_order": (m.BulkHostedNumberOrder,),
    f"{_HOSTING}.authorization_document": (m.AuthorizationDocument,),
    f"{_HOSTING}.authorization_document.dependent_hosted_number_order": (m.DependentHostedNumberOrder,),
}
ENUMS_HOSTING: dict[str, type[OpenEnum]] = {
    "authorization_document_enum_status": m.AuthorizationDocumentStatus,
    "bulk_hosted_number_order_enum_request_status": m.BulkHostedNumberOrderStatus,
    "dependent_hosted_number_order_enum_status": m.HostedNumberOrderStatus,
    "hosted_number_order_enum_status": m.HostedNumberOrderStatus,
    "hosted_number_order_enum_verification_type": m.HostedNumberOrderVerificationType,
}
PAGES_HOSTING: dict[str, Struct] = {
    "ListAuthorizationDocument": m.AuthorizationDocumentPage,
    "ListDependentHostedNumberOrder": m.DependentHostedNumberOrderPage,
    "ListHostedNumberOrder": m.HostedNumberOrderPage,
}
STRUCTS_MESSAGING: dict[str, tuple[Struct, ...]] = {
    "messaging.v1.service.phone_number": (m.MessagingServicePhoneNumber,),
}
PAGES_MESSAGING: dict[str, Struct] = {"ListPhoneNumber": m.MessagingServicePhoneNumberPage}
STRUCTS_TRUNKING: dict[str, tuple[Struct, ...]] = {
    "trunking.v1.trunk.phone_number": (m.TrunkPhoneNumber,),
}
ENUMS_TRUNKING: dict[str, type[OpenEnum]] = {"phone_number_enum_address_requirement": m.AddressRequirement}
PAGES_TRUNKING: dict[str, Struct] = {"ListPhoneNumber": m.TrunkPhoneNumberPage}


class Facts:
    """One specification and what the package has for it."""

    def __init__(
        self,
        path: Path,
        structs: dict[str, tuple[Struct, ...]],
        enums: dict[str, type[OpenEnum]],
        pages: dict[str, Struct],
    ) -> None:
        self.document: Schema = json.loads(path.read_text("utf-8"))
        self.schemas: dict[str, Schema] = self.document["components"]["schemas"]
        self.structs = structs
        self.enums = enums
        self.pages = pages
        self.untyped: dict[str, Any] = {"phone_number": "+14155550100"}
        """A value for what the specification gives no type."""

    def only(self, part: str) -> Self:
        """Leave out the paths without ``part`` in them, and the schemas that only they use."""
        paths = self.document["paths"] = {
            path: item for path, item in self.document["paths"].items() if part in path
        }
        needed = set(_references(paths))
        while more := {name for each in needed for name in _references(self.schemas[each])} - needed:
            needed |= more
        self.schemas = {name: schema for name, schema in self.schemas.items() if name in needed}
        return self

    def merged(self, schema: Schema) -> Schema:
        """The schema itself: references followed, ``allOf`` put together."""
        if "$ref" in schema:
            return self.merged(self.schemas[reference(schema)])
        if "allOf" not in schema:
            return schema
        parts = [self.merged(part) for part in schema["allOf"]]
        return {
            "type": "object",
            "properties": {k: v for part in parts for k, v in part["properties"].items()},
        }

    def operations(self) -> Iterator[tuple[str, Schema]]:
        """Operation ids and operations."""
        for path in self.document["paths"].values():
            for method in ("get", "post", "delete"):
                if method in path:
                    yield path[method]["operationId"], path[method]

    def bodies(self) -> Iterator[tuple[str, Schema]]:
        """Operation ids and the JSON part of each of their answers that has one."""
        for operation_id, operation in self.operations():
            for response in operation["responses"].values():
                for content in response.get("content", {}).values():
                    yield operation_id, content

    def answer(self, operation_id: str, schema: Schema) -> Struct:
        """The Struct of an answer."""
        return self.structs[reference(schema)][0] if "$ref" in schema else self.pages[operation_id]

    def examples(self) -> Iterator[tuple[str, Struct, Any]]:
        """Every example of an answer, with the Struct that it decodes into."""
        for operation_id, content in self.bodies():
            for name, example in content.get("examples", {}).items():
                yield f"{operation_id}-{name}", self.answer(operation_id, content["schema"]), example["value"]

    def answers(self) -> Iterator[tuple[str, Struct, Schema]]:
        """Every object schema that can be received, pages too."""
        for name, structs in self.structs.items():
            for struct in structs:
                if issubclass(struct, Answer):
                    yield name, struct, self.schemas[name]
        for operation_id, content in self.bodies():
            if operation_id in self.pages:
                yield operation_id, self.pages[operation_id], content["schema"]


def v1() -> Facts:
    """Numbers v1."""
    return Facts(FACTS_V1, STRUCTS_V1, ENUMS_V1, PAGES_V1)


def v2010() -> Facts:
    """The phone numbers of 2010-04-01."""
    return Facts(FACTS_2010, STRUCTS_2010, ENUMS_2010, PAGES_2010)


def addresses() -> Facts:
    """The addresses of 2010-04-01."""
    facts = Facts(HERE / "addresses_2010_facts.json", STRUCTS_ADDRESSES, ENUMS_ADDRESSES, PAGES_ADDRESSES)
    facts.untyped = {}
    return facts


def accounts() -> Facts:
    """The accounts of 2010-04-01."""
    return Facts(HERE / "accounts_2010_facts.json", STRUCTS_ACCOUNTS, ENUMS_ACCOUNTS, PAGES_ACCOUNTS)


def compliance() -> Facts:
    """The regulatory compliance of Numbers v2."""
    facts = Facts(HERE / "numbers_v2_facts.json", STRUCTS_COMPLIANCE, ENUMS_COMPLIANCE, PAGES_COMPLIANCE)
    facts.untyped = {}
    return facts.only("RegulatoryCompliance")


def hosting() -> Facts:
    """The hosted number orders of Numbers v2."""
    facts = Facts(HERE / "numbers_v2_facts.json", STRUCTS_HOSTING, ENUMS_HOSTING, PAGES_HOSTING)
    facts.untyped = {}
    return facts.only("HostedNumber")


def messaging() -> Facts:
    """The numbers of messaging services."""
    path = HERE / "messaging_v1_phone_numbers_facts.json"
    return Facts(path, STRUCTS_MESSAGING, {}, PAGES_MESSAGING)


def trunking() -> Facts:
    """The numbers of SIP trunks."""
    path = HERE / "trunking_v1_phone_numbers_facts.json"
    return Facts(path, STRUCTS_TRUNKING, ENUMS_TRUNKING, PAGES_TRUNKING)


def caller_ids() -> Facts:
    """The caller ids of Numbers v1: written by hand, see docs/assumptions.md."""
    return Facts(HERE / "caller_ids_facts.json", STRUCTS_CALLER_IDS, ENUMS_CALLER_IDS, {})


EDITIONS: dict[str, Callable[[], Facts]] = {
    "numbers-v1": v1,
    "caller-ids": caller_ids,
    "addresses": addresses,
    "accounts": accounts,
    "compliance": compliance,
    "hosting": hosting,
    "messaging": messaging,
    "trunking": trunking,
    "2010-04-01": v2010,
}
"""Every specification that the package has something for."""


def _references(value: Any) -> Iterator[str]:
    """The schemas that are named anywhere inside."""
    found: list[str] = re.findall(r'"\$ref": "[^"]*/([^"/]+)"', json.dumps(value))
    yield from found


def reference(schema: Schema) -> str:
    """The name of the schema that a ``$ref`` points to."""
    return str(schema["$ref"]).rpartition("/")[2]


def keys(struct: Struct) -> dict[str, str]:
    """JSON keys and the names of their fields, those of the public fields."""
    pairs = zip(struct.__struct_encode_fields__, struct.__struct_fields__, strict=True)
    return {key: name for key, name in pairs if not name.startswith("_")}


def kinds(struct: Struct) -> dict[str, Any]:
    """JSON keys and the types of their fields, None left out."""
    hints = typing.get_type_hints(struct)
    return {key: without_none(hints[name]) for key, name in keys(struct).items()}


def without_none(hint: Any) -> Any:
    """``X | None`` -> X, ``X | Y | None`` -> X | Y."""
    if typing.get_origin(hint) in (Union, types.UnionType):
        rest = tuple(arg for arg in typing.get_args(hint) if arg is not types.NoneType)
        return rest[0] if len(rest) == 1 else Union[rest]  # noqa: UP007
    return hint
