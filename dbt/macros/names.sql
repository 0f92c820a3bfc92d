{# Names of persons as they are compared. All take and give what `folded_text` gives, but where said. #}

{# Lower case in Latin letters without accents, words apart by one space: O'Brien is obrien, Anne-Marie anne marie.
   Letters of other scripts stay. Null where nothing is left. #}
{% macro folded_text(column) -%}
    {%- set latin -%}
        case
            when strlen(plain) = length(plain) then plain
            else replace(replace(replace(replace(
                translate(plain, 'øłđðıŧħ’‘`´', 'olddith'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
        end
    {%- endset -%}
    nullif(trim(regexp_replace(
        {{ with_value('plain', "replace(lower(strip_accents(" ~ column ~ ")), '''', '')", latin) }},
        '[^\p{L}\p{N}]+', ' ', 'g'
    )), '')
{%- endmacro %}

{# Without titles before it and suffixes behind it. Null where only those are there, or words that mean nothing. #}
{% macro bare_name(name) -%}
    {%- set titles = 'mr|mrs|ms|miss|mx|dr|prof|professor|rev|sir|dame|herr|frau|dipl|mme|mlle|monsieur|madame|'
        ~ 'mademoiselle|senor|senora|srta|sra|sig|signor|signora|dhr|mevr|mevrouw|ing' -%}
    {%- set suffixes = 'jr|sr|ii|iii|iv|phd|ph d|md|m d|esq|mba|msc|bsc|obe|mbe|cpa' -%}
    case
        when regexp_matches({{ name }}, '^({{ titles }}|{{ suffixes }}|unknown|not provided|n a|none|null|undefined|test|'
            || 'anonymous|no name|unbekannt|inconnu|desconocido|guest|customer|x+)$') then null
        when position(' ' in {{ name }}) = 0 then {{ name }}
        else regexp_replace({{ name }}, '^(({{ titles }}) )+|( ({{ suffixes }}))+$', '', 'g')
    end
{%- endmacro %}

{# The small words that surnames begin with. #}
{% macro surname_particles() -%}
    {{ return("van|von|vom|vander|zu|zum|zur|der|den|de|del|della|delle|di|da|das|do|dos|du|des|la|le|el|bin|ibn|ter|ten"
        ~ "|op") }}
{%- endmacro %}

{% macro is_surname_with_particle(name) -%} regexp_matches({{ name }}, '^({{ surname_particles() }}) ') {%- endmacro %}

{# A whole name is given names, then the surname: its last word, with the small words before it. #}
{% macro surname_pattern() -%}
    {{ return("'^(.+?) ((?:(?:" ~ surname_particles() ~ ") )*[^ ]+)$'") }}
{%- endmacro %}

{% macro given_names_of_whole(name) -%} regexp_extract({{ name }}, {{ surname_pattern() }}, 1) {%- endmacro %}

{% macro surname_of_whole(name) -%} regexp_extract({{ name }}, {{ surname_pattern() }}, 2) {%- endmacro %}

{# f, m or x of the words that exports use, forms of address among them, as written; null where it is none of them. #}
{% macro gender_key(gender) -%}
    case
        when lower(trim({{ gender }})) in (
            'f', 'female', 'woman', 'girl', 'w', 'weiblich', 'frau', 'femme', 'féminin', 'feminin', 'femenino', 'mujer',
            'femmina', 'femminile', 'donna', 'feminino', 'mulher', 'vrouw', 'vrouwelijk', 'kobieta', 'kvinna', 'kvinde',
            'kvinne', 'nainen', 'žena', '2', '2.0', 'mrs', 'mrs.', 'ms', 'ms.', 'miss', 'fr.', 'fräulein', 'mme', 'madame', 'mlle',
            'mademoiselle', 'paní', 'pani', 'slečna', 'señora', 'sra', 'sra.', 'señorita', 'srta.', 'signora', 'sig.ra',
            'mevrouw', 'mevr.', 'senhora', 'fru'
        ) then 'f'
        when lower(trim({{ gender }})) in (
            'm', 'male', 'man', 'boy', 'männlich', 'maennlich', 'mann', 'homme', 'h', 'masculin', 'masculino', 'hombre',
            'maschio', 'maschile', 'uomo', 'homem', 'mannelijk', 'mężczyzna', 'mies', 'muž', '1', '1.0', 'mr', 'mr.', 'herr',
            'hr.', 'm.', 'monsieur', 'pan', 'señor', 'sr', 'sr.', 'signor', 'sig.', 'meneer', 'dhr.', 'senhor'
        ) then 'm'
        when lower(trim({{ gender }})) in (
            'x', 'd', 'divers', 'diverse', 'nonbinary', 'non-binary', 'non binary', 'nb', 'enby', 'other', 'autre',
            'otro', 'altro', 'outro', 'anders', 'andet', 'annat'
        ) then 'x'
    end
{%- endmacro %}
