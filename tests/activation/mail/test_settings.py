"""What destinations.yml may say of a mail server, and how a mistake is told."""

from __future__ import annotations

import re

import pytest

from dagster_project.lib.activation.destinations.declared import load_destinations
from dagster_project.lib.common.errors import KindredError

SMTP = """destinations:
  - name: letters
    kind: smtp
    sender: {address: a@shop.example}
    unsubscribe: {mailto: no@shop.example}
"""


def load(folder, text):
    (folder / "destinations.yml").write_text(text)
    return load_destinations(folder)


def test_what_is_left_out_goes_to_a_test_server_by_day(tmp_path):
    (letters,) = load(tmp_path, SMTP)
    assert (letters.host, letters.port, letters.tls) == ("localhost", 1025, "none")
    assert (letters.quiet_hours.from_hour, letters.quiet_hours.until_hour) == (21, 8)
    assert letters.messages_per_minute == 60


def test_addresses_are_kept_as_every_server_takes_them(tmp_path):
    (letters,) = load(
        tmp_path, SMTP.replace("@shop.example", "@bücher.example") + "    reply_to: b@bücher.example\n"
    )
    addresses = letters.sender.address, letters.unsubscribe.mailto, letters.reply_to
    assert addresses == ("a@xn--bcher-kva.example", "no@xn--bcher-kva.example", "b@xn--bcher-kva.example")


def test_folders_and_mail_servers_stand_beside_each_other(tmp_path):
    kinds = load(
        tmp_path,
        SMTP + "  - {name: crm, folder: out}\n  - {name: crm_too, kind: files, folder: out, format: jsonl}\n",
    )
    assert [destination.kind for destination in kinds] == ["smtp", "files", "files"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("    host: smtp.shop.example\n", "line 2: destinations.0: Value error, say tls: starttls or implicit"),
        ("    user_env: MAIL_USER\n", "name both user_env and password_env, or neither"),
        ("    password_env: hunter2\n", "line 6: destinations.0.password_env: String should match"),
        ("    tls: ssl\n", "line 6: destinations.0.tls"),
        ("    time_zone: Berlin\n", "line 6: destinations.0.time_zone: Value error, is no time zone such as"),
        ("    quiet_hours: {from_hour: 24}\n", "line 6: destinations.0.quiet_hours.from_hour"),
        ("    messages_per_minute: 0\n", "line 6: destinations.0.messages_per_minute"),
        ("    reply_to: team\n", "line 6: destinations.0.reply_to"),
        ("    reply_to: grüße@shop.example\n", "line 6: destinations.0.reply_to: Value error, has other letters"),
        ("    folder: out\n", "destinations.0.folder: Extra inputs are not permitted; remove it or use one of: host"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_by_line_and_key(tmp_path, wrong, said):
    with pytest.raises(KindredError, match=re.escape(said)):
        load(tmp_path, SMTP + wrong)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("a@shop.example}", "a@shop.example, name: '=?utf-8?q?x?='}",
         "destinations.0.sender.name: Value error, is written as it reads"),
        ("{mailto: no@shop.example}", "{}", "line 5: destinations.0.unsubscribe: Value error, name a url"),
        ("{mailto: no@shop.example}", "{url: 'http://x/{token}'}", "destinations.0.unsubscribe.url"),
        ("{mailto: no@shop.example}", "{url: 'https://shop.example/no'}", "destinations.0.unsubscribe.url"),
        ("{address: a@shop.example}", "{address: shop}", "line 4: destinations.0.sender.address"),
        ("{address: a@shop.example}", '{address: "a@shop.example\\nBcc: b@c.de"}', "destinations.0.sender.address"),
        ("{address: a@shop.example}", '{address: a@shop.example, name: "A\\nBcc: x"}', "destinations.0.sender.name"),
        ("    sender: {address: a@shop.example}\n", "", "destinations.0.sender: Field required"),
        ("kind: smtp", "kind: pigeon", "line 2: destinations.0: kind is one of: files, audience"),
    ],
)  # fmt: skip
def test_what_would_be_unsafe_is_refused(tmp_path, before, after, said):
    assert before in SMTP
    with pytest.raises(KindredError, match=re.escape(said)):
        load(tmp_path, SMTP.replace(before, after))
