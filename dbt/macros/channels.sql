{# How somebody came to the site: campaign parameters first, then the page before. #}

{# The host of an address, in lower case, without www and port; null where the address names none. #}
{% macro host_of(url) -%}
    nullif(split_part(regexp_replace(
        split_part(split_part(split_part(split_part(lower({{ url }}), '://', 2), '/', 1), '?', 1), '#', 1),
        '^(.*@)?(www\.)?', ''
    ), ':', 1), '')
{%- endmacro %}

{# A page of the site itself, which leads nobody to it: the same host, or one that belongs to the other. #}
{% macro is_own_host(host, own_host) -%}
    coalesce(
        {{ host }} = {{ own_host }}
        or ends_with({{ host }}, '.' || {{ own_host }})
        or ends_with({{ own_host }}, '.' || {{ host }}), false
    )
{%- endmacro %}

{# Of a host, or of a source that is called like one: google, google.com and www.google.co.uk. #}
{% macro is_search_engine(name) -%}
    regexp_matches(
        {{ name }} || '.',
        '(^|\.)(google|bing|yahoo|duckduckgo|ecosia|baidu|yandex|qwant|startpage|naver|sogou|seznam|brave|ask)\.'
    )
{%- endmacro %}

{% macro is_social_network(name) -%}
    (
        regexp_matches(
            {{ name }} || '.',
            '(^|\.)(facebook|instagram|twitter|linkedin|pinterest|reddit|tiktok|youtube|snapchat|whatsapp|threads|tumblr'
            || '|weibo|vk|telegram|messenger|mastodon|bluesky|bsky|xing)\.'
        )
        or {{ name }} in (
            'fb', 'ig', 'x', 'meta', 'social', 't.co', 'x.com', 'lnkd.in', 'fb.me', 'fb.com', 'youtu.be', 't.me', 'wa.me',
            'pin.it', 'redd.it'
        )
    )
{%- endmacro %}

{% macro is_webmail(host) -%}
    regexp_matches({{ host }}, '^(mail|webmail|outlook|e?mail[0-9]*)\.')
{%- endmacro %}

{# `(direct)`, `(none)` and `(not set)` are how exports write that there was nothing. #}
{% macro campaign_word(column) -%}
    nullif(nullif(nullif(nullif(lower({{ column }}), '(none)'), '(not set)'), '(direct)'), 'direct')
{%- endmacro %}

{# The channel out of `source` and `medium`, as campaign_word gives them, and `host`, which is none of the site's own. A
   medium says most, then the source, then the host; a campaign that nothing is known of is a referral. #}
{% macro channel_of(source, medium, host) -%}
    case
        when regexp_matches({{ medium }}, '^(e[-_ ]?mail|mail|newsletter)') then 'email'
        when regexp_matches({{ medium }}, '^affiliate') then 'affiliate'
        when regexp_matches({{ medium }}, '^(display|banner|cpm|interstitial|expandable|retargeting|programmatic)')
            then 'display'
        when regexp_matches({{ medium }}, '^(paid[-_ ]?social|social[-_ ]?paid)') then 'paid_social'
        when regexp_matches({{ medium }}, '^(cpc|ppc|cpa|cpv|cpl|sem|paid)') then case
            when {{ is_social_network(source) }} then 'paid_social'
            else 'paid_search'
        end
        when regexp_matches({{ medium }}, '^(social|sm$)') then 'organic_social'
        when {{ medium }} in ('organic', 'seo', 'search') then 'organic_search'
        when {{ source }} like '%newsletter%' or {{ source }} in ('email', 'e-mail', 'mail') then 'email'
        when {{ is_social_network(source) }} then 'organic_social'
        when {{ is_search_engine(source) }} and {{ medium }} is null then 'organic_search'
        when {{ medium }} is not null or {{ source }} is not null then 'referral'
        when {{ host }} is null then 'direct'
        when {{ is_webmail(host) }} then 'email'
        when {{ is_social_network(host) }} then 'organic_social'
        when {{ is_search_engine(host) }} then 'organic_search'
        else 'referral'
    end
{%- endmacro %}
