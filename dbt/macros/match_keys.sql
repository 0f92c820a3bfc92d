{# What is compared when records are matched, apart from what is shown: two writings of one address or number have one
   key, and what stands for nothing has none. #}

{# The mailbox that an address ends in: without comments, quotes, what follows a plus, and Gmail's dots. `email` is as
   normalized_email leaves it; a digest is its own key. Most addresses hold none of these signs and stay as they are. #}
{% macro email_match_key(email) -%}
    {%- set bare -%}
        case
            when regexp_matches({{ email }}, '[+(")]|\.$') then regexp_replace(
                regexp_replace({{ email }}, '\([^)]*\)|"|\.+$', '', 'g'), '^([^+@]+)\+[^@]*@', '\1@'
            )
            else {{ email }}
        end
    {%- endset -%}
    {{ with_value('bare', bare, "case
        when " ~ is_placeholder_email('bare') ~ " then null
        when bare like '%@gmail.com' or bare like '%@googlemail.com'
            then replace(split_part(bare, '@', 1), '.', '') || '@gmail.com'
        else bare
    end") }}
{%- endmacro %}

{# What people type to fill a required field: none@…, no@no.no, a@a.a. #}
{% macro is_placeholder_email(email) -%}
    split_part({{ email }}, '@', 1) in (
        'none', 'noemail', 'no.email', 'no-email', 'no_email', 'nomail', 'no.mail', 'no-mail', 'no', 'na', 'n/a',
        'n.a', 'null', 'nil', 'nan', 'unknown', 'test', 'fake', 'asdf', 'xxx', 'nobody', 'notprovided', 'notgiven',
        'keine', 'keineemail', 'aucun', 'ninguno', 'nessuno'
    )
    or length(split_part({{ email }}, '@', 1)) <= 3
    and split_part({{ email }}, '@', 1) = split_part(split_part({{ email }}, '@', 2), '.', 1)
{%- endmacro %}

{# An address that a desk or a team reads, or nobody, rather than a person. #}
{% macro is_role_address(email) -%}
    regexp_matches({{ email }}, {{ "'^(info|team|sales|support|contact|kontakt|contacto|contatti|office|buero|admin|"
        ~ "administrator|hello|hallo|hi|help|helpdesk|service|services|kundenservice|customerservice|customer[._-]?care|"
        ~ "service[._-]?client|post|postmaster|mailbox|webmaster|hostmaster|abuse|billing|accounts?|accounting|"
        ~ "buchhaltung|comptabilite|invoices?|rechnung|finance|orders?|bestellung|shop|store|verkauf|vertrieb|ventes|"
        ~ "marketing|newsletter|press|presse|hr|jobs|careers|bewerbung|reception|rezeption|booking|bookings|reservations?|"
        ~ "enquiries|inquiries|enquiry|feedback|privacy|security|legal|noreply|no[._-]reply|donotreply|"
        ~ "do[._-]not[._-]reply|root|staff|everyone|all|group|familie|family)([+][^@]*)?@'" }})
{%- endmacro %}

{# The digits of a number in international form, else the digits as written; null where its last seven digits are one
   digit repeated or count up or down, since nobody has these and many type them, and for what a spreadsheet rounded. #}
{% macro phone_match_key(phone, phone_e164) -%}
    case
        when {{ is_digest(phone) }} then lower(trim({{ phone }}))
        when upper({{ phone }}) like '%E+%' then null
        else {{ with_value('digits', 'coalesce(substr(' ~ phone_e164 ~ ', 2), ' ~ normalized_phone(phone) ~ ')', "case
            when strpos('01234567890123456 98765432109876543', right(digits, 7)) > 0 then null
            when replace(right(digits, 7), right(digits, 1), '') <> '' then digits
        end") }}
    end
{%- endmacro %}

{# Letters and digits, upper case; null where it has no digit, fewer than four signs, or one sign repeated. #}
{% macro national_id_match_key(national_id) -%}
    case when regexp_matches({{ national_id }}, '[0-9]') then
        {{ with_value('signs', "upper(regexp_replace(" ~ national_id ~ ", '\\.0$|[^A-Za-z0-9]+', '', 'g'))",
            "case when length(signs) >= 4 and replace(signs, left(signs, 1), '') <> '' then signs end") }}
    end
{%- endmacro %}
