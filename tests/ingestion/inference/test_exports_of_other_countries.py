"""Drafts for exports as German, French and Czech programs write them: amounts with signs, several formats of times."""

from __future__ import annotations

import pytest
import yaml

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.ingestion.inference.drafts import draft_contract
from dagster_project.lib.ingestion.inference.shapes import Shape
from dagster_project.lib.ingestion.inference.times import find_times
from dagster_project.lib.ingestion.inference.writing import write_draft

LINES = "Bestellnummer;Artikelnummer;Menge;Einzelpreis\nW1;A;1.000;2.718,28 €\nW2;B;2;15,55 €\n"


def _draft(shop, text, table=None, encoding="utf-8"):
    return draft_contract(shop.write("till/export/a.csv", text.encode(encoding)), table, None, None)


def test_amounts_with_a_sign_are_numbers_and_load(shop):
    """1.234,56 € was taken for text: the amount became an extra column, and no table fitted the order lines."""
    draft = _draft(shop, LINES)
    assert draft.contract["table"] == "pos/order_lines"
    assert draft.contract["dialect"] == {"delimiter": ";", "decimal": ",", "currency": "€"}
    shop.contract("till/export", write_draft(draft))
    shop.ingest()
    assert shop.rows("select quantity, unit_price from raw.pos_order_lines order by 1") == [
        (2, 15.55),
        (1000, 2718.28),
    ]


def test_the_currency_of_the_only_sign_is_that_of_orders_without_a_currency(shop):
    draft = _draft(shop, "order_no;order_date;total\n1;31. 12. 2020;1 234,50 Kč\n2;1. 1. 2021;99,00 Kč\n")
    assert draft.contract["columns"] == {"currency": {"default": "CZK"}}
    assert yaml.safe_load(write_draft(draft))["dialect"]["timestamp_format"] == "%d. %m. %Y"


def test_signs_of_two_currencies_are_told(shop):
    draft = _draft(shop, "order_no;order_date;total\n1;2020-12-31;5,50 €\n2;2021-01-01;7,00 £\n")
    assert "columns" not in draft.contract
    assert any("several currencies (€, £)" in told for told in draft.warnings)


def test_columns_of_times_may_each_have_their_format(shop):
    """The second column's values all became null, since a contract had one format."""
    draft = _draft(
        shop,
        "Kundennummer;Nachname;Angelegt am;Geändert am\n1;Krüger;31.12.2009;31.12.2009 14:05\n"
        "2;Groß;01.02.2010;02.02.2010 08:30\n",
    )
    assert draft.contract["dialect"]["timestamp_format"] == ["%d.%m.%Y", "%d.%m.%Y %H:%M"]
    shop.contract("till/export", write_draft(draft))
    shop.ingest()
    assert shop.rows(
        "select created_at::varchar, updated_at::varchar from raw.crm_customers order by 1 limit 1"
    ) == [("2009-12-31 00:00:00", "2009-12-31 14:05:00")]


@pytest.mark.parametrize(
    ("values", "formats"),
    [
        (["31.12.2020", "2020-12-30", "29.12.2020"], ("%d.%m.%Y", "%Y-%m-%d")),
        (["31. 12. 2020", "1. 1. 2021"], ("%d. %m. %Y",)),
        (["31/12/2020 14h05", "01/01/2021 09h30"], ("%d/%m/%Y %Hh%M",)),
        (["2010-W48-3", "2010-W49-1"], ("%G-W%V-%u",)),
    ],
)
def test_formats_of_times_are_found(values, formats):
    times = find_times(values)
    assert times is not None
    assert times.formats == formats


def test_with_dots_the_day_stands_first():
    """The firsts of three months were read as three days of January, which span less."""
    times = find_times(["01.01.2011 10:00", "01.02.2011 10:00", "01.03.2011 10:00"])
    assert times is not None
    assert times.formats == ("%d.%m.%Y %H:%M",)
    assert not times.is_day_uncertain


def test_numbers_that_are_a_thousand_or_little_more_than_one_are_told(shop):
    draft = _draft(shop, "order_no;order_date;total\n1;2020-12-31;1.234\n2;2021-01-01;2.500\n")
    assert any("may be a thousand" in told for told in draft.warnings)
    assert not Shape(["1.234", "2.50"], 2).is_mark_open


def test_grouping_commas_are_declared(shop):
    draft = _draft(shop, 'order_no;order_date;total\n1;2020-12-31;"1,234.50"\n2;2021-01-01;"1,200"\n')
    assert draft.contract["dialect"] == {"delimiter": ";", "decimal": "."}


def test_a_consent_among_a_customers_columns_is_told(shop):
    draft = _draft(shop, "Kundennummer;Vorname;Nachname;Newsletter\n1;Zoë;Weiß;ja\n2;Götz;Groß;Nein\n")
    assert any("'Newsletter' seems to be a consent" in told for told in draft.warnings)


def test_what_could_be_the_missing_column_is_told(shop):
    draft = _draft(
        shop, "Kundennummer;erfasst;Newsletter\n1;31.12.2009;ja\n2;01.01.2010;Nein\n", "consents/decisions"
    )
    assert draft.contract["unpivot"]["columns"] == ["Newsletter"]
    draft = _draft(
        shop, "Kundennummer;erfasst;zuletzt;Newsletter\n1;31.12.2009;31.12.2009;ja\n", "consents/decisions"
    )
    assert any("it could be 'erfasst' or 'zuletzt'" in told for told in draft.warnings)


def test_where_no_table_fits_the_nearest_is_told(shop):
    with pytest.raises(KindredError, match="nearest is products/reviews, for which it lacks reviewed_at"):
        _draft(shop, "Bestellnummer;Artikelnummer;Farbe;Form\nW1;A;rot;rund\n")


@pytest.mark.parametrize(
    ("header", "row", "table", "canonical"),
    [
        (
            "Číslo zákazníka;Jméno;Příjmení;Telefon;Město;PSČ;Země;Datum narození;Pohlaví",
            "1;Jan;Novák;777 123 456;Praha;110 00;Česko;31. 12. 1980;muž",
            "crm/customers",
            "customer_id first_name last_name phone city postal_code country birth_date gender",
        ),
        (
            "N° client;Civilité;Prénom;Nom;Courriel;Code postal;Ville;Pays;Date de création",
            "1;M.;Zoé;Dupré;zoe@exemple.fr;75001;Paris;France;31/12/2020",
            "crm/customers",
            "customer_id gender first_name last_name email postal_code city country created_at",
        ),
        (
            "N° commande;Date de commande;N° client;Montant total;Devise;Statut",
            "1;31/12/2020 14h05;7;1 234,56 €;EUR;payée",
            "pos/orders",
            "order_id ordered_at customer_id total_amount currency status",
        ),
        (
            "Číslo objednávky;Datum objednávky;Kód produktu;Název produktu;Množství;Cena za kus;Stav",
            "1;31. 12. 2020 14:05;A;Hrnek;2;1 234,50 Kč;zrušeno",
            "pos/sales",
            "order_id ordered_at product_id product_name quantity unit_price status",
        ),
    ],
)
def test_french_and_czech_columns_are_known(shop, header, row, table, canonical):
    """No table fitted a Czech or French export of orders, and customers came without their id."""
    draft = _draft(shop, f"{header}\n{row}\n")
    assert draft.contract["table"] == table
    assert list(draft.contract["rename"].values()) == canonical.split()


def test_a_column_that_has_day_and_month_both_ways_round_is_declared_in_no_format():
    """Both were declared, and what the first could read of the second's values was another day."""
    ours = [f"{day:02d}/03/2024" for day in range(1, 29)] + [f"{day:02d}/04/2024" for day in range(1, 29)]
    theirs = [f"05/{day:02d}/2024" for day in range(13, 29)]
    assert find_times([*ours, *theirs]) is None


def test_a_year_of_two_digits_is_none_of_long_ago(shop):
    shop.contract(
        "till/export",
        'table: crm/surveys\ndialect: {timestamp_format: ["%d.%m.%Y", "%d.%m.%y"]}\n',
    )
    shop.write(
        "till/export/a.csv",
        "customer_id,answered_at,question,answer\n1,31.01.2024,q,a\n2,31.01.24,q,a\n",
    )
    shop.ingest()
    assert shop.rows("select distinct answered_at::varchar from raw.crm_surveys") == [
        ("2024-01-31 00:00:00",)
    ]


def test_thirds_of_a_kilogram_are_no_thousands(shop):
    draft = _draft(
        shop, "Bestellnummer;Artikelnummer;Menge;Einzelpreis\nW1;A;0,500;12\nW2;B;1,250;15\nW3;C;0,750;9\n"
    )
    assert draft.contract["dialect"]["decimal"] == ","


def test_one_amount_that_proves_the_mark_settles_it_for_all_columns(shop):
    draft = _draft(
        shop, 'order_id,product_id,quantity,unit_price\n1,A,"1,000","1,234.50"\n2,B,"2,000",999.00\n'
    )
    assert draft.contract["dialect"]["decimal"] == "."
    assert not any("may be a thousand" in told for told in draft.warnings)
