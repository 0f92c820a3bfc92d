"""Product attributes: aligned with the models' axis, unknown where nobody says."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models_ml.recommendations.products import collect_attributes


def test_attributes_stand_on_the_axis_of_the_models():
    frame = pd.DataFrame(
        {
            "product_id": ["c", "a", "x"],
            "category": ["Tea", "Coffee", "Bread"],
            "brand": [None, "Acme", None],
            "price": [2.5, 0.0, 1.0],
            "list_price": [10.0, 5.0, 1.0],
            "available_days": [30.0, -2.0, None],
        }
    )
    attributes = collect_attributes(frame, ["a", "b", "c"])
    assert attributes.category.tolist() == [0, -1, 1]
    assert attributes.brand.tolist() == [0, -1, -1]
    np.testing.assert_array_equal(attributes.price, np.array([np.nan, np.nan, 2.5], dtype=np.float32))

    assert attributes.discount.tolist() == [0.0, 0.0, 0.75]
    np.testing.assert_array_equal(attributes.available_days, np.array([-2, np.nan, 30], dtype=np.float32))


def test_a_week_ago_products_were_available_for_a_week_less():
    frame = pd.DataFrame(
        {
            "product_id": ["a", "b"],
            "available_days": [10.0, 3.0],
            "price": [1.0, 2.0],
            "list_price": [2.0, 2.0],
        }
    )
    today = collect_attributes(frame, ["a", "b"])
    assert today.before(7).available_days.tolist() == [3.0, -4.0]
    assert today.before(0).discount.tolist() == [0.5, 0.0]
    assert today.before(7).discount.tolist() == [0.0, 0.0], "nobody knows what was reduced then"


def test_what_a_shop_does_not_know_is_unknown():
    for frame in (None, pd.DataFrame({"product_id": ["a", "b"]})):
        attributes = collect_attributes(frame, ["a", "b"])
        assert attributes.category.tolist() == attributes.brand.tolist() == [-1, -1]
        assert np.isnan(attributes.price).all()
        assert len(attributes) == 2


def test_columns_without_a_single_value_are_unknown():
    frame = pd.DataFrame({"product_id": ["a"], "category": [None], "price": [np.nan]})
    attributes = collect_attributes(frame, ["a"])
    assert attributes.category.tolist() == [-1]
    assert np.isnan(attributes.price).all()
