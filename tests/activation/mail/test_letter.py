"""What a message looks like on its way, and what never gets on it."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.lib.activation.content.shop import Shop
from dagster_project.lib.activation.mail import tokens
from dagster_project.lib.activation.mail.due import DueMessage, Texts
from dagster_project.lib.activation.mail.letter import UnsendableError, Writer, address_of
from dagster_project.lib.common.errors import KindredError
from tests.activation.mail.small_night import NOON, TEN, SmallNight, destination


def test_a_message_says_who_writes_to_whom_in_both_parts(night, mailbox):
    night.change("update marts.dim_customers set first_name = 'Änne', last_name = 'O''Hara, Ph. D.'")
    night.change("update activation.content_blocks set subject = 'Ännes Grüße für 5 €'")
    night.send(destination(mailbox.port, reply_to="team@shop.example"))
    (content,) = [content for _, content in mailbox.arrived]
    assert all(len(line) <= 998 for line in content.splitlines())
    content.decode("ascii")
    message = mailbox.messages["a@example.com"]
    assert {name: message[name] for name in ("From", "To", "Subject", "Reply-To", "Date")} == {
        "From": "Shop <shop@shop.example>", "To": '"Änne O\'Hara, Ph. D." <a@example.com>',
        "Subject": "Ännes Grüße für 5 €", "Reply-To": "team@shop.example", "Date": "Tue, 30 Jun 2026 12:00:00 +0000",
    }  # fmt: skip
    assert message["Message-ID"].endswith("@shop.example>")
    assert message["List-Unsubscribe"] == "<mailto:no@shop.example?subject=unsubscribe>"
    assert message["List-Unsubscribe-Post"] is None
    assert message["Feedback-ID"] == "cart:one:1:shop.example"
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().strip() == "Your cart €"
    assert "<p>Your cart € " in html.get_content()


def test_one_click_unsubscribes_whom_the_token_names_in_header_and_text(night, mailbox):
    ways = {"url": "https://shop.example/no?token={token}", "mailto": "no@shop.example"}
    with pytest.raises(KindredError, match="letters wants the environment variable KINDRED_UNSUBSCRIBE_KEY"):
        night.send(destination(mailbox.port, unsubscribe=ways))
    night.send(destination(mailbox.port, unsubscribe=ways), environ={"KINDRED_UNSUBSCRIBE_KEY": "k"})
    message = mailbox.messages["a@example.com"]
    link = f"https://shop.example/no?token={tokens.sign('a', 'k')}"
    assert message["List-Unsubscribe"] == f"<{link}>, <mailto:no@shop.example?subject=unsubscribe>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    html = message.get_body(("html",)).get_content()
    assert f'<a href="{link}">' in html


@pytest.mark.parametrize("column", ["html", "text"])
@pytest.mark.parametrize(
    "link",
    [
        "https://old.example/unsubscribe?customer=a",
        "https://shop.example/no/a",
        "https://shop.example/u?x=1&amp;c=a#top",
    ],
)
def test_a_link_that_cannot_be_signed_does_not_travel(night, mailbox, column, link):
    """The shop's address, or that of its page, was another when the night wrote the message."""
    ways = {"url": "https://shop.example/no?token={token}"}
    night.change(f"update activation.content_blocks set {column} = ?", f"No more: {link}.")
    result = night.send(destination(mailbox.port, unsubscribe=ways), environ={"KINDRED_UNSUBSCRIBE_KEY": "k"})
    assert mailbox.arrived == []
    assert result.suppressed == {"a link to unsubscribe at that the night wrote by other settings": 1}


def test_a_message_without_a_link_to_unsubscribe_at_goes_with_those_of_its_headers(night, mailbox):
    ways = {"url": "https://shop.example/no?token={token}"}
    night.change(
        "update activation.content_blocks set html = '<a href=\"https://shop.example/cart\">A cart</a>'"
    )
    night.send(destination(mailbox.port, unsubscribe=ways), environ={"KINDRED_UNSUBSCRIBE_KEY": "k"})
    assert mailbox.recipients == ["a@example.com"]


def test_a_token_is_what_the_page_that_takes_it_can_work_out():
    """By OpenSSL: printf c_1 | openssl dgst -sha256 -hmac key -binary | base64."""
    assert tokens.sign("c_1", "key") == "c_1.7dCOhGCEVpo331elXTaAc6QRc2_50ydzNKN0KbbRw8U"
    assert len({tokens.sign(customer, key) for customer in ("c_1", "c_2") for key in ("key", "other")}) == 4


@pytest.mark.parametrize(
    "character", ["\n", "\r\n", "\r", "\x00", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"], ids=ascii
)
@pytest.mark.parametrize("column", ["first_name", "last_name", "email", "subject"])
def test_a_line_break_in_a_name_subject_or_address_sends_nothing_and_is_told(
    tmp_path, mailbox, column, character
):
    night = SmallNight.create(tmp_path, ["a", "b"])
    table = "activation.content_blocks" if column == "subject" else "marts.dim_customers"
    injected = f"Ann{character}Bcc: everybody@example.com"
    night.change(f"update {table} set {column} = ? where customer_id = 'a'", injected)
    result = night.send(destination(mailbox.port))
    assert mailbox.recipients == ["b@example.com"]
    assert result.sent == 1
    assert list(result.suppressed) in (["a line break in a subject or name"], ["no valid address"])
    assert b"everybody" not in mailbox.arrived[0][1]
    assert night.remembered() == [("b", 1, "sent", None)]


ENCODED = [
    "=?utf-8?q?Hi=0D=0A=0D=0A<phishing>?=",
    "=?utf-8?q?Hi=0D=0ABcc:_everybody=40example.com?=",
    "=?utf-8?b?SGkNCkJjYzogZXZlcnlib2R5QGV4YW1wbGUuY29tDQoNCmhp?=",
    "=?UTF-8?Q?Hi=0Athere?=",
    '"=?utf-8?q?Hi=0D=0A=0D=0A<phishing>?="',
    "Ann (=?us-ascii?b?SGkNCkJjYw==?=)",
    "=?utf-8?q?harmless?=",
]


@pytest.mark.parametrize("hidden", ENCODED)
@pytest.mark.parametrize("column", ["first_name", "last_name", "subject"])
def test_what_an_encoded_word_hides_does_not_travel(tmp_path, mailbox, column, hidden):
    night = SmallNight.create(tmp_path, ["a", "b"])
    table = "activation.content_blocks" if column == "subject" else "marts.dim_customers"
    night.change(f"update {table} set {column} = ? where customer_id = 'a'", hidden)
    result = night.send(destination(mailbox.port))
    assert mailbox.recipients == ["b@example.com"]
    assert result.suppressed == {"an encoded word in a subject or name": 1}


def message(first="Ann", last="Ash"):
    return DueMessage("cart", 1, "one", None, "a", TEN, NOON, "a@example.com", first, last, "GB", True)


@pytest.mark.parametrize(
    "hidden", ["=?utf-8?q?Hi=0D=0A=0D=0A<phishing>?=", "=?utf-8?q?Hi=0D=0ABcc:_b=40c.example?="]
)
def test_what_is_written_is_held_against_what_was_meant(monkeypatch, hidden):
    """Whatever way a line break took past what is asked of values."""
    monkeypatch.setattr("dagster_project.lib.activation.mail.letter._expect_plain", lambda *values: None)
    with pytest.raises(UnsendableError, match="a header that is not its own"):
        Writer(destination(25), Shop(), {}).write(message(hidden), Texts("x", "x", "x"), NOON)


def test_a_long_name_that_would_read_as_an_address_does_not_travel():
    name = message("?==0D=0A?==0D=0A=0D=0A=0D=0A", "Bcc:_x=40y.z" * 4)
    with pytest.raises(UnsendableError, match="a name that reads as an address"):
        Writer(destination(25), Shop(), {}).write(name, Texts("x", "x", "x"), NOON)


def test_what_cannot_be_written_is_told_without_its_words():
    with pytest.raises(UnsendableError, match=r"^cannot be written as a message$"):
        Writer(destination(25), Shop(), {}).write(message(), Texts("x", "x", "\ud800"), NOON)


def test_an_encoded_word_is_not_made_of_two_names(night, mailbox):
    night.change("update marts.dim_customers set first_name = '=', last_name = '?utf-8?q?=0D=0Ax?='")
    night.send(destination(mailbox.port))
    assert mailbox.messages["a@example.com"]["To"].addresses[0].display_name == "= ?utf-8?q?=0D=0Ax?="


def test_programs_find_the_address_to_unsubscribe_at_as_it_is(night, mailbox):
    ways = {"url": f"https://shop.example/{'no/' * 30}?token={{token}}", "mailto": "no@shop.example"}
    night.send(destination(mailbox.port, unsubscribe=ways), environ={"KINDRED_UNSUBSCRIBE_KEY": "k"})
    link = ways["url"].replace("{token}", tokens.sign("a", "k"))
    content = mailbox.arrived[0][1].decode()
    assert f"List-Unsubscribe: <{link}>,\r\n <mailto:no@shop.example?subject=unsubscribe>\r\n" in content


PIECES = ["=?utf-8?q?", "=?utf-8?b?", "?=", "=0D=0A", "DQoNCg==", "Bcc:_x=40y.z", '"', "(", ")", "Ann", " "]
WORDS = (
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)
    | st.text(min_size=1, max_size=40)
    | st.text('=?utf-8q_ÄÖ"\\,;:<>@ \t()[]aB', min_size=1, max_size=200)
)


@settings(max_examples=150, deadline=None)
@given(WORDS, WORDS, WORDS, WORDS)
def test_whatever_a_name_or_subject_says_it_is_one_header_and_the_recipient_stays(first, last, subject, body):
    subject = subject.strip() or "x"
    try:
        letter = Writer(destination(25), Shop(), {}).write(
            message(first, last), Texts(subject, body, body), NOON
        )
    except UnsendableError:
        return
    arrived = message_from_bytes(letter.content, policy=policy.default)
    assert arrived.keys() == [
        "From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "Feedback-ID", "Auto-Submitted",
        "MIME-Version", "Content-Type",
    ]  # fmt: skip
    assert arrived["Subject"] == subject
    assert [to.addr_spec for to in arrived["To"].addresses] == ["a@example.com"]


@pytest.mark.parametrize(
    ("address", "spec"),
    [
        ("ann@example.com", "ann@example.com"),
        ("o'hara+news@example.com", "o'hara+news@example.com"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_written_as_servers_take_it(address, spec):
    assert address_of(address) == spec


@pytest.mark.parametrize(
    "address",
    [
        None, "", "ann", "@example.com", "ann@", "ann@localhost", "ann@b@example.com", "a b@example.com",
        "änne@example.com", "ann@example.com, bob@example.com", "ann@example.com>", "<ann@example.com>",
        "ann@example..com", ".ann@example.com", '"a b"@example.com', "ann@example.com (x)",
        "a" * 64 + "@" + "b" * 70 + ".com",
    ],
)  # fmt: skip
def test_what_is_no_address_is_none(address):
    with pytest.raises(UnsendableError, match="no valid address"):
        address_of(address)
