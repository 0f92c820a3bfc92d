{# What several models of events share. #}

{# Every column of staging that says what happened: all but those that tell how the row arrived. #}
{% macro event_content() -%}
    {{- return([
        'feed', 'visitor_id_clickstream', 'user_id_clickstream', 'session_id_clickstream', 'product_id', 'order_id',
        'experiment_id', 'variant_id', 'event_name', 'email', 'page_url', 'referrer_url', 'category', 'search_query',
        'item_list_id', 'device_type', 'browser', 'operating_system', 'language', 'country', 'city', 'utm_source',
        'utm_medium', 'utm_campaign', 'parameters', 'quantity', 'price', 'engagement_ms', 'scroll_percent'
    ]) -}}
{%- endmacro %}

{# A page that a search or another campaign led to is no landing of an e-mail; one that nothing is said about may be. #}
{% macro may_come_from_email() -%}
    (
        (utm_medium is null and utm_source is null)
        or lower(utm_medium) in ('email', 'e-mail', 'mail', 'newsletter')
        or lower(utm_source) like '%newsletter%'
    )
{%- endmacro %}

{# What e-mail tools of several countries call what happened to an e-mail, without accents and with blanks and hyphens as
   one sign; any other word stays as it is. #}
{% macro email_event_name(column) -%}
    case regexp_replace(lower(strip_accents(trim({{ column }}))), '[\s_-]+', '_', 'g')
        {%- for name, words in {
            'sent': ['send', 'email_sent', 'gesendet', 'versendet', 'verschickt', 'envoye', 'odeslano', 'enviado', 'inviato',
                'wyslano', 'verzonden'],
            'delivered': ['delivery', 'email_delivered', 'zugestellt', 'ausgeliefert', 'delivre', 'livre', 'recu', 'doruceno',
                'entregado', 'consegnato', 'dostarczono', 'bezorgd'],
            'open': ['opened', 'opens', 'email_opened', 'geoffnet', 'offnung', 'ouvert', 'ouverture', 'otevreno', 'otevreni',
                'abierto', 'apertura', 'aperto', 'otwarto', 'geopend'],
            'click': ['clicked', 'clicks', 'email_clicked', 'link_clicked', 'geklickt', 'klick', 'clique', 'clic', 'kliknuto',
                'kliknuti', 'proklik', 'cliccato', 'klikniecie', 'geklikt'],
            'bounce': ['bounced', 'hard_bounce', 'soft_bounce', 'undelivered', 'unzustellbar', 'nicht_zugestellt', 'rebond',
                'non_delivre', 'nedoruceno', 'rebotado', 'non_consegnato', 'niedostarczono'],
            'unsubscribe': ['unsubscribed', 'unsubscription', 'opt_out', 'abgemeldet', 'abmeldung', 'abbestellt',
                'desabonne', 'desabonnement', 'desinscrit', 'desinscription', 'odhlaseno', 'odhlaseni', 'baja',
                'disiscritto', 'wypisano', 'afgemeld']
        }.items() %}
        {%- for word in words %}
        when '{{ word }}' then '{{ name }}'
        {%- endfor %}
        {%- endfor %}
        else lower(trim({{ column }}))
    end
{%- endmacro %}
