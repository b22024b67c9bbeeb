"""The resources of a client. A resource that is never used is never imported."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ..transport.caller import Caller
from .sweep_factory import SweepFactory

if TYPE_CHECKING:
    from .api_2010.accounts import AccountsResource
    from .api_2010.addresses import AddressesResource
    from .api_2010.available_phone_numbers import AvailablePhoneNumbersResource
    from .api_2010.incoming_phone_numbers import IncomingPhoneNumbersResource
    from .messaging_v1.services import MessagingServicesResource
    from .numbers_v1.caller_ids import CallerIdsResource
    from .numbers_v1.documents import DocumentsResource
    from .numbers_v1.eligibility import BulkEligibilityResource, EligibilityResource
    from .numbers_v1.port_ins import PortInPhoneNumbersResource, PortInsResource
    from .numbers_v1.portability import PortabilityResource
    from .numbers_v1.signing_request_configurations import SigningRequestConfigurationsResource
    from .numbers_v1.webhook_configuration import WebhookConfigurationResource
    from .numbers_v2.authorization_documents import AuthorizationDocumentsResource
    from .numbers_v2.bulk_hosted_number_orders import BulkHostedNumberOrdersResource
    from .numbers_v2.bundles import BundlesResource
    from .numbers_v2.end_users import EndUsersResource, EndUserTypesResource
    from .numbers_v2.hosting import HostingResource
    from .numbers_v2.regulations import RegulationsResource
    from .numbers_v2.supporting_documents import (
        SupportingDocumentsResource,
        SupportingDocumentTypesResource,
    )
    from .single_flight import PortabilityCache
    from .trunking_v1.trunks import TrunksResource

__all__ = ["ClientResources"]


class ClientResources:
    """The base of TwilioNumbers."""

    account_sid: str

    def _build(self, caller: Caller, sweep_factory: SweepFactory, cache: PortabilityCache | None) -> None:
        self._caller = caller
        self._sweep_factory = sweep_factory
        self._cache = cache

    @cached_property
    def portability(self) -> PortabilityResource:
        """Checks of portability."""
        from .numbers_v1.portability import PortabilityResource

        return PortabilityResource(self._caller, self.account_sid, self._sweep_factory, self._cache)

    @cached_property
    def port_ins(self) -> PortInsResource:
        """Port-in requests."""
        from .numbers_v1.port_ins import PortInsResource

        return PortInsResource(self._caller, self.account_sid)

    @cached_property
    def port_in_phone_numbers(self) -> PortInPhoneNumbersResource:
        """The numbers of a port-in request."""
        from .numbers_v1.port_ins import PortInPhoneNumbersResource

        return PortInPhoneNumbersResource(self._caller)

    @cached_property
    def documents(self) -> DocumentsResource:
        """The documents that port-ins need."""
        from .numbers_v1.documents import DocumentsResource

        return DocumentsResource(self._caller)

    @cached_property
    def eligibility(self) -> EligibilityResource:
        """Checks of eligibility for hosting."""
        from .numbers_v1.eligibility import EligibilityResource

        return EligibilityResource(self._caller, self.account_sid, self._sweep_factory)

    @cached_property
    def bulk_eligibility(self) -> BulkEligibilityResource:
        """Checks of eligibility for many numbers, as jobs."""
        from .numbers_v1.eligibility import BulkEligibilityResource

        return BulkEligibilityResource(self._caller, self.account_sid, self._sweep_factory)

    @cached_property
    def webhook_configuration(self) -> WebhookConfigurationResource:
        """The addresses that porting events go to."""
        from .numbers_v1.webhook_configuration import WebhookConfigurationResource

        return WebhookConfigurationResource(self._caller)

    @cached_property
    def signing_request_configurations(self) -> SigningRequestConfigurationsResource:
        """The e-mails that ask for a signature."""
        from .numbers_v1.signing_request_configurations import SigningRequestConfigurationsResource

        return SigningRequestConfigurationsResource(self._caller)

    @cached_property
    def caller_ids(self) -> CallerIdsResource:
        """Verifications that a number is one's own."""
        from .numbers_v1.caller_ids import CallerIdsResource

        return CallerIdsResource(self._caller)

    @cached_property
    def incoming_phone_numbers(self) -> IncomingPhoneNumbersResource:
        """The numbers that an account has."""
        from .api_2010.incoming_phone_numbers import IncomingPhoneNumbersResource

        return IncomingPhoneNumbersResource(self._caller, self.account_sid, self._sweep_factory)

    @cached_property
    def available_phone_numbers(self) -> AvailablePhoneNumbersResource:
        """The numbers that can be bought."""
        from .api_2010.available_phone_numbers import AvailablePhoneNumbersResource

        return AvailablePhoneNumbersResource(self._caller, self.account_sid, self.incoming_phone_numbers)

    @cached_property
    def addresses(self) -> AddressesResource:
        """The addresses of customers."""
        from .api_2010.addresses import AddressesResource

        return AddressesResource(self._caller, self.account_sid)

    @cached_property
    def accounts(self) -> AccountsResource:
        """The account and its subaccounts."""
        from .api_2010.accounts import AccountsResource

        return AccountsResource(self._caller, self.account_sid)

    @cached_property
    def regulations(self) -> RegulationsResource:
        """The requirements of countries, by kind of number and customer."""
        from .numbers_v2.regulations import RegulationsResource

        return RegulationsResource(self._caller)

    @cached_property
    def end_users(self) -> EndUsersResource:
        """The customers who use the numbers."""
        from .numbers_v2.end_users import EndUsersResource

        return EndUsersResource(self._caller)

    @cached_property
    def end_user_types(self) -> EndUserTypesResource:
        """The types of end users."""
        from .numbers_v2.end_users import EndUserTypesResource

        return EndUserTypesResource(self._caller)

    @cached_property
    def supporting_documents(self) -> SupportingDocumentsResource:
        """The proofs about end users."""
        from .numbers_v2.supporting_documents import SupportingDocumentsResource

        return SupportingDocumentsResource(self._caller)

    @cached_property
    def supporting_document_types(self) -> SupportingDocumentTypesResource:
        """The types of supporting documents."""
        from .numbers_v2.supporting_documents import SupportingDocumentTypesResource

        return SupportingDocumentTypesResource(self._caller)

    @cached_property
    def bundles(self) -> BundlesResource:
        """End users and documents, put together and approved."""
        from .numbers_v2.bundles import BundlesResource

        return BundlesResource(self._caller, self.account_sid)

    @cached_property
    def hosted_number_orders(self) -> HostingResource:
        """The orders to host numbers that stay with their carrier."""
        from .numbers_v2.hosting import HostingResource

        return HostingResource(self._caller, self.account_sid)

    @cached_property
    def bulk_hosted_number_orders(self) -> BulkHostedNumberOrdersResource:
        """Orders for many numbers in one request."""
        from .numbers_v2.bulk_hosted_number_orders import BulkHostedNumberOrdersResource

        return BulkHostedNumberOrdersResource(self._caller)

    @cached_property
    def authorization_documents(self) -> AuthorizationDocumentsResource:
        """The letters whose signature lets Twilio host numbers."""
        from .numbers_v2.authorization_documents import AuthorizationDocumentsResource

        return AuthorizationDocumentsResource(self._caller)

    @cached_property
    def messaging_services(self) -> MessagingServicesResource:
        """The numbers of messaging services."""
        from .messaging_v1.services import MessagingServicesResource

        return MessagingServicesResource(self._caller)

    @cached_property
    def trunks(self) -> TrunksResource:
        """The numbers of SIP trunks."""
        from .trunking_v1.trunks import TrunksResource

        return TrunksResource(self._caller)
