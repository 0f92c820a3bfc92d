{# What consent platforms call purposes and statuses, in the words of the canonical table. A word that is not
   listed stays as it is, and what is not exactly `granted` grants nothing: a consent is never guessed. #}

{# `Opt-In`, `opt in` and `OPT_IN` are one word, and accents make no difference. #}
{% macro consent_word(column) -%}
    regexp_replace(lower(strip_accents(trim({{ column }}))), '[\s_-]+', '_', 'g')
{%- endmacro %}

{# `pending` (asked, not confirmed), `implicit` and `always_active` (nobody was asked) are left alone: they
   neither grant nor take back what was granted before. #}
{% macro consent_status(column) -%}
    case
        when {{ consent_word(column) }} in (
            'granted', 'grant', 'active', 'true', 'yes', '1', 'opt_in', 'opted_in', 'optin', 'confirmed',
            'accepted', 'accept', 'allowed', 'allow', 'given', 'consented', 'subscribed', 'y',
            'ja', 'j', 'oui', 'ano', 'si', 'sim', 'tak', 'igen', 'erteilt', 'zugestimmt', 'eingewilligt', 'abonniert',
            'accepte', 'accorde', 'abonne', 'inscrit', 'udelen', 'souhlasi', 'aceptado', 'accettato', 'zgoda'
        ) then 'granted'
        when {{ consent_word(column) }} in (
            'denied', 'deny', 'withdrawn', 'expired', 'false', 'no', '0', 'opt_out', 'opted_out', 'optout',
            'hard_opt_out', 'no_consent', 'notgiven', 'not_given', 'rejected', 'reject', 'refused', 'declined',
            'revoked', 'cancel', 'cancelled', 'disallowed', 'unsubscribed', 'n',
            'nein', 'non', 'ne', 'nao', 'nie', 'nee', 'nej', 'nem', 'nicht_erteilt', 'abgelehnt', 'verweigert',
            'widerrufen', 'abgemeldet', 'refuse', 'revoque', 'retire', 'desabonne', 'desinscrit', 'neudelen', 'odvolan',
            'nesouhlasi', 'odmitnuto', 'rechazado', 'rifiutato', 'brak_zgody'
        ) then 'denied'
        else lower(trim({{ column }}))
    end
{%- endmacro %}

{# The categories of cookie banners. Their `marketing` is about advertising cookies: nobody agrees to e-mails
   by it. C0001 to C0005 are OneTrust's; strictly necessary cookies need no decision and stay as they are. #}
{% macro consent_purpose(column) -%}
    case
        when {{ consent_word(column) }} in (
            'statistics', 'statistic', 'performance', 'performance_cookies', 'analytics_cookies', 'c0002', 'statistik',
            'analyse', 'statistiques', 'statistiky'
        ) then 'analytics'
        when {{ consent_word(column) }} in (
            'preferences', 'preference', 'functional', 'functional_cookies', 'personalisation', 'c0003',
            'personalisierung', 'personnalisation', 'personalizace'
        ) then 'personalization'
        when {{ consent_word(column) }} in (
            'marketing', 'marketing_cookies', 'targeting', 'targeting_cookies', 'social_media_cookies', 'ads',
            'c0004', 'c0005'
        ) then 'advertising'
        when {{ consent_word(column) }} in (
            'marketing_email', 'marketing_emails', 'email_marketing', 'e_mail_marketing', 'newsletter',
            'e_mail_werbung', 'werbung_per_e_mail', 'email_werbung', 'newsletter_einwilligung', 'accord_newsletter',
            'inscription_newsletter', 'souhlas_s_newsletterem', 'zasilani_newsletteru'
        ) then 'marketing_email'
        when {{ consent_word(column) }} in ('sale_or_sharing', 'sale_of_data', 'sale_or_sharing_of_data')
            then 'sale_or_sharing'
        else lower(trim({{ column }}))
    end
{%- endmacro %}

{# What a request to erase or restrict denies, as the rows of a `values`. #}
{% macro denied_by_request() -%}
    ('marketing_email'), ('advertising'), ('personalization')
{%- endmacro %}

{# Of several decisions about one purpose the one that weighs most holds: a final one, else the latest, and of two
   at one time the denial. #}
{% macro weight_of_decision() -%}
    row(is_final, decided_at, status = 'denied')
{%- endmacro %}

{# Of `customers` and the `decisions` that hold, one a customer and purpose: the relation `held`, with what holds for
   each purpose and, by default, where nobody decided. `evidence` names further columns of the decisions to tell. #}
{% macro consents_held(evidence=[]) -%}
-- whose data may not be sold or shared cannot be on a list for advertising, whatever was said of that
not_to_be_sold as (
    select
        *,
        'advertising' as denied_purpose
    from decisions
    where purpose = 'sale_or_sharing' and status = 'denied'
),

held as (
    select
        customers.customer_id,
        undecided.purpose,
        case
            when not_to_be_sold.customer_id is not null then 'denied'
            else coalesce(decisions.status, undecided.status)
        end as status,
        decisions.status is null and not_to_be_sold.customer_id is null as is_default
        {%- for column in ['decided_at'] + evidence %},
        case
            when decisions.status = 'denied' or not_to_be_sold.customer_id is null then decisions.{{ column }}
            else not_to_be_sold.{{ column }}
        end as {{ column }}
        {%- endfor %}
    from customers
    cross join {{ ref('stg_operations__undecided_consents') }} as undecided
    left join decisions
        on customers.customer_id = decisions.customer_id and undecided.purpose = decisions.purpose
    left join not_to_be_sold
        on customers.customer_id = not_to_be_sold.customer_id
        and undecided.purpose = not_to_be_sold.denied_purpose
)
{%- endmacro %}
