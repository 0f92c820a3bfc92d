"""What customers are told apart by when lists are measured: segments always, personal traits where they are named."""

from __future__ import annotations

import pytest

from dagster_project.lib.personalization.reranking.reranking import Wishes
from dagster_project.lib.personalization.settings.recommendations import RecommendationSettings
from dagster_project.lib.personalization.training.evaluation_groups import DIMENSIONS, read_groups


@pytest.fixture
def traits(marts):
    """Marts with what is known of three customers."""
    marts.add_customers("ann", "bob", "cat")
    marts.connection.execute("alter table marts.dim_customers add column gender varchar")
    marts.connection.execute("create table marts.customer_features (customer_id varchar, age_band varchar)")
    marts.connection.execute("update marts.dim_customers set gender = ' F ' where customer_id = 'ann'")
    marts.connection.execute("update marts.dim_customers set gender = '' where customer_id = 'bob'")
    marts.connection.execute("insert into marts.customer_features values ('ann', '25_34'), ('cat', null)")
    marts.connection.execute(
        "insert into activation.segment_memberships values ('ann', 'b'), ('ann', 'a'), ('bob', 'a')"
    )
    return marts


def test_segments_are_read_and_gender_and_age_are_not_unless_named(traits):
    assert read_groups(traits.connection) == {"segment": {"ann": ["a", "b"], "bob": ["a"]}}
    assert read_groups(traits.connection, DIMENSIONS) == {
        "segment": {"ann": ["a", "b"], "bob": ["a"]},
        "gender": {"ann": ["f"]},
        "age_band": {"ann": ["25_34"]},
    }


def test_an_unknown_dimension_is_refused(traits):
    with pytest.raises(KeyError):
        read_groups(traits.connection, ["star_sign"])


def test_lists_are_measured_on_each_segment_of_ten_customers_or_more(marts, run):
    marts.add_shop()
    marts.connection.execute(
        "insert into activation.segment_memberships "
        "select customer_id, 'everybody' from marts.dim_customers union all "
        "select customer_id, 'few' from marts.dim_customers where customer_id < 'c09'"
    )
    result = run(marts)
    segments = """
        select distinct metric, customers from quality.model_evaluations
        where model = 'blend' and metric like 'ndcg@10[segment=%'
    """
    ((metric, customers),) = marts.rows(segments)
    assert metric == "ndcg@10[segment=everybody]"
    assert customers >= 10
    assert not any("[" in name for name in result.metrics), "what a night says of itself is of all customers"


def test_a_shop_that_asks_for_it_has_its_lists_measured_on_each_gender(marts, run):
    marts.add_shop()
    marts.connection.execute("alter table marts.dim_customers add column gender varchar default 'f'")
    groups = "select distinct metric from quality.model_evaluations where metric like 'ndcg@10[gender=%'"
    run(marts)
    assert marts.rows(groups) == []
    run(marts, wishes=Wishes(RecommendationSettings(measured_by=["gender"])))
    assert marts.rows(groups) == [("ndcg@10[gender=f]",)]
