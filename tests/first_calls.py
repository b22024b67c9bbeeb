"""A program: what is imported after ``preload()``, by the first call of each kind. It prints the names, one a line.

    python -m tests.first_calls URL FOLDER

``URL`` is a sandbox's, with a name for a host; the credentials are in the environment.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import twilio_numbers_async
from twilio_numbers_async import preload

if "--without-preload" not in sys.argv:
    preload()
BEFORE = frozenset(sys.modules)


async def failing(twilio: twilio_numbers_async.TwilioNumbers) -> None:
    """Errors of Twilio's and of ours."""
    from twilio_numbers_async import InvalidArgumentError, InvalidPhoneNumberError, NotFoundError

    calls = (
        twilio.port_ins.fetch("KW" + "f" * 32),
        twilio.portability.fetch("nonsense"),
        twilio.port_ins.cancel("nonsense"),
    )
    errors = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(error) for error in errors] == [NotFoundError, InvalidPhoneNumberError, InvalidArgumentError]
    assert all(map(str, errors))


async def checking(twilio: twilio_numbers_async.TwilioNumbers, folder: Path) -> None:
    from twilio_numbers_async import Journal, split, sweep_chunk

    assert (await twilio.portability.fetch("(415) 555-0100", country="US")).advice
    asked = ["+14155550100", "020 7946 0100", "nonsense", "+49 30 23125 000", "+81 3-1234-5678"]
    for _ in range(2):  # the second time from the journal
        async with twilio.portability.sweep(
            asked, country="GB", journal=Journal(folder / "a.journal")
        ) as found:
            assert len([outcome.as_row() async for outcome in found]) == len(asked)
    for chunk in split(asked, size=2, operation="portability", country="GB"):
        (await sweep_chunk(twilio, chunk)).to_bytes()
    await twilio.eligibility.create(["+14155550100"])
    bulk = await twilio.bulk_eligibility.create(["+14155550101"])
    assert bulk.request_id is not None
    await twilio.bulk_eligibility.wait(bulk.request_id, pause=0.01)


async def porting(twilio: twilio_numbers_async.TwilioNumbers, folder: Path) -> None:
    from twilio_numbers_async import LosingCarrierInformation, PortingAddress, plan_port_ins

    bill = folder / "bill.pdf"
    bill.write_bytes(b"%PDF-1.7\nA bill.\n")
    document = await twilio.documents.upload(bill, friendly_name="Bill")
    checked = [await twilio.portability.fetch("+14155550100")]
    plan = plan_port_ins(
        checked,
        losing_carrier=LosingCarrierInformation(
            customer_name="Example Ltd",
            authorized_representative="Sam Example",
            authorized_representative_email="sam@example.com",
            address=PortingAddress(
                street="1 Main St", city="Springfield", state="CA", zip="94105", country="US"
            ),
        ),
        documents=[document.sid or ""],
        account_sid=twilio.account_sid,
    )
    assert plan.is_ready, plan.problems
    assert len(await twilio.port_ins.create_all(plan, journal=folder / "orders.journal")) == 1
    await twilio.port_ins.list().collect()
    await twilio.webhook_configuration.ensure(port_in_target_url="https://example.com/hook")


async def owning(twilio: twilio_numbers_async.TwilioNumbers) -> None:
    bought = await twilio.available_phone_numbers.buy_first("US", area_code="415")
    sid = bought.sid or ""
    await twilio.incoming_phone_numbers.update(sid, friendly_name="Front desk")
    await twilio.incoming_phone_numbers.fetch(sid)
    async for _ in twilio.incoming_phone_numbers.list(page_size=1, prefetch=1):
        break
    async for outcome in twilio.incoming_phone_numbers.update_many([(sid, {"friendly_name": "Desk"})]):
        assert outcome.error is None
    await twilio.incoming_phone_numbers.delete(sid)


async def listing(twilio: twilio_numbers_async.TwilioNumbers) -> None:
    for pager in (
        twilio.signing_request_configurations.list(),
        twilio.available_phone_numbers.countries(),
        twilio.addresses.list(),
        twilio.accounts.list(),
        twilio.bundles.list(),
        twilio.end_users.list(),
        twilio.end_user_types.list(),
        twilio.supporting_documents.list(),
        twilio.supporting_document_types.list(),
        twilio.regulations.list(),
        twilio.hosted_number_orders.list(),
        twilio.authorization_documents.list(),
        twilio.messaging_services.phone_numbers("MG" + "a" * 32),
        twilio.trunks.phone_numbers("TK" + "a" * 32),
    ):
        await pager.first()


def receiving() -> None:
    from twilio_numbers_async.webhooks import (
        Deduplicator,
        EventOrder,
        parse_event,
        sign,
        verify,
        with_body_hash,
    )

    body = b'{"status": "PortInCompleted", "last_date_updated": "Tue, 14 May 2024 13:49:17 GMT"}'
    url = with_body_hash("https://example.com/hook", body)
    verify(url, body, sign(url, body, "application/json", auth_token="token"), auth_token="token")
    event = parse_event(body)
    assert Deduplicator().is_new(event)
    assert EventOrder().is_current(event)


async def main(url: str, folder: Path) -> None:
    async with twilio_numbers_async.TwilioNumbers.from_env(base_url=url) as twilio:
        await checking(twilio, folder)
        await porting(twilio, folder)
        await owning(twilio)
        await listing(twilio)
        await failing(twilio)
        twilio.gate.snapshot()
    receiving()
    for name in dir(twilio_numbers_async):
        getattr(twilio_numbers_async, name)


asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
sys.stdout.write("\n".join(sorted(sys.modules.keys() - BEFORE)))
