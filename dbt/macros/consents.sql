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
