{# Amounts and weights are summed as decimals: a sum of doubles depends on the order of its rows, and with it on the order
   in which files arrived. #}
{% macro exact_sum(amount, decimals=6) -%}
    cast(sum(case when isfinite({{ amount }}) then cast({{ amount }} as decimal(38, {{ decimals }})) end) as double)
{%- endmacro %}

{# A sum that runs along `order_by`, exact for the same reason. #}
{% macro exact_running_sum(amount, partition_by, order_by) -%}
    cast(
        sum(case when isfinite({{ amount }}) then cast({{ amount }} as decimal(38, 6)) end)
            over (partition by {{ partition_by }} order by {{ order_by }} rows unbounded preceding) as double
    )
{%- endmacro %}

{# 1 to 5 by the share of the partition's rows that stand strictly lower; equal values get equal scores. Whole
   numbers throughout. #}
{% macro quintile_score(partition_by, order_by) -%}
    cast(
        1 + (5 * (rank() over (partition by {{ partition_by }} order by {{ order_by }}) - 1))
        // count(*) over (partition by {{ partition_by }}) as integer
    )
{%- endmacro %}

{# In the words of the shops of several countries, without their accents. An order that was only partly given back is
   not among them: its lines tell what came back. #}
{% macro is_cancelled(status) -%}
    coalesce(lower(strip_accents(trim({{ status }}))) in (
        'cancelled', 'canceled', 'refunded', 'returned', 'voided', 'void',
        'storniert', 'storno', 'abgebrochen', 'widerrufen', 'retourniert', 'zuruckgegeben', 'erstattet', 'ruckerstattet',
        'annule', 'annulee', 'rembourse', 'remboursee', 'retourne', 'retournee',
        'zruseno', 'zrusena', 'stornovano', 'stornovana', 'vraceno', 'vracena', 'refundovano',
        'cancelado', 'cancelada', 'anulado', 'anulada', 'devuelto', 'reembolsado', 'devolvido',
        'annullato', 'annullata', 'rimborsato', 'reso', 'geannuleerd', 'geretourneerd', 'terugbetaald',
        'anulowane', 'anulowano', 'zwrocone', 'zwrocono'
    ), false)
{%- endmacro %}

{# ISO 4217, of a code or of a sign or word that only one currency has; anything else as it is, in upper case. #}
{% macro currency_code(column) -%}
    case upper(trim({{ column }}))
        {%- for code, words in {
            'EUR': ['€', 'EURO', 'EUROS'], 'GBP': ['£'], 'USD': ['US$'], 'CHF': ['SFR', 'SFR.'], 'CZK': ['KČ', 'KC'],
            'PLN': ['ZŁ', 'ZL'], 'HUF': ['FT'], 'RUB': ['₽'], 'TRY': ['₺'], 'INR': ['₹'], 'BRL': ['R$']
        }.items() %}
        {%- for word in words %}
        when '{{ word }}' then '{{ code }}'
        {%- endfor %}
        {%- endfor %}
        else upper({{ blank_to_null(column) }})
    end
{%- endmacro %}

{# What an amount is worth in the end: a cancelled sale earned nothing, a negative amount is money given back.
   #}
{% macro net_amount(amount, is_cancelled) -%}
    case when {{ is_cancelled }} and {{ amount }} > 0 then 0 else {{ amount }} end
{%- endmacro %}
