"""What customers say: support interactions, survey answers and product reviews."""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from dagster_project.lib.sample.plan import END


def build_feedback(connection: DuckDBPyConnection) -> None:
    """Create `landing.crm_interactions`, `landing.crm_surveys` and `landing.products_reviews`."""
    connection.execute(f"""
        create table landing.crm_interactions as
        select 'I' || (a.k * 4 + i) as interaction_id, a.customer_id,
            greatest(a.created_at, at_day(0)) + to_seconds(3600 + pick('asked', a.k * 4 + i, 15000000)) as occurred_at,
            choose('by', a.k * 4 + i, ['phone', 'email', 'chat', 'social']) as channel,
            choose('by', a.k * 4 + i, ['call', 'ticket', 'chat', 'mention']) as kind, w.word as subject, a.n,
            strftime(occurred_at, '%Y-%m') as _file
        from world.accounts as a, range(3) as numbers(i)
        join world.words as w on w.list = 'subject' and w.position = pick('subject', a.k * 4 + i, 128)
        where chance('needs help', a.k, [0.3, 0.1, 0.04][1 + i])
            and occurred_at <= timestamp '{END}'
    """)
    connection.execute(f"""
        create table landing.crm_surveys as
        select r.customer_id, r.ordered_at + to_seconds(86400 * 2 + pick('answered', r.k, 400000)) as answered_at,
            question,
            case question when 'How likely are you to recommend us?'
                    then least(10, 4 + pick('likely', r.n, 5) + pick('mood', r.k, 4))::varchar
                else choose('because', r.k, ['Price', 'Quality', 'Delivery', 'Advice']) end as answer, r.n,
                'surveys' as _file
        from world.receipts as r,
            unnest(['How likely are you to recommend us?', 'What matters most to you?']) as questions(question)
        where r.customer_id is not null and chance('answers', r.k, 0.15) and answered_at <= timestamp '{END}'
    """)
    connection.execute(f"""
        create table landing.products_reviews as
        with rated as (
            select l.line, l.n, l.product_id,
                r.ordered_at + to_seconds(86400 * 5 + pick('reviewed', l.line, 1700000)) as reviewed_at,
                -- who buys what he does not care for is harder to please
                least(5, 1 + floor(3 * u('rating', l.line) + if(l.p // 3 % 12 in (t.g1, t.g2), 2, 0.8)))::double
                    as rating,
                a.customer_id, c.email, u('signed', l.line) as signed
            from world.order_lines as l
            join world.receipts as r using (k)
            join world.tastes as t on t.n = l.n
            join world.contacts as c on c.n = l.n
            left join world.accounts as a on a.n = l.n and a.copy = 0 and a.created_at < r.ordered_at
            where chance('review', l.line, 0.06)
        )
        select r.product_id, r.reviewed_at, r.rating, if(chance('wordless', r.line, 0.3), null, w.word) as review_text,
            if(r.signed < 0.6, r.customer_id, null) as customer_id,
                if(r.signed between 0.6 and 0.85, r.email, null) as email, r.n,
            'reviews' as _file
        from rated as r
        join world.words as w on w.position = pick('review', r.line, 128)
            and w.list = case when r.rating >= 4 then 'good_review' when r.rating >= 3 then 'mixed_review'
                else 'bad_review' end
        where r.reviewed_at <= timestamp '{END}'
    """)
