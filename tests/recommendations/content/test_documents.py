"""What counts as a word of a product, in any language."""

from __future__ import annotations

import pandas as pd

from models_ml.recommendations.content.documents import collect_documents, split_words


def test_a_name_counts_twice_and_values_count_as_a_whole_too():
    texts = pd.DataFrame({"name": ["Red Mug"], "category": ["Tea & Coffee"], "tags": ["gift, new home"]})
    words = "red mug red mug tea coffee category=tea_&_coffee gift new home tags=gift tags=new_home"
    assert collect_documents(texts) == [[word.replace("_", " ") for word in words.split()]]


def test_markup_width_and_case_make_no_difference():
    texts = pd.DataFrame({"description": ["<p>ＴＥＡ&nbsp;<b>Pot</b></p>", "tea pot"]})
    assert collect_documents(texts) == [["tea", "pot"], ["tea", "pot"]]


def test_languages_with_and_without_spaces_are_split():
    assert list(split_words("größe été чайник")) == ["größe", "été", "чайник"]
    assert list(split_words("陶瓷茶壶")) == ["陶瓷", "瓷茶", "茶壶"]
    assert list(split_words("茶 usb充電")) == ["茶", "充電", "usb"]


def test_products_without_texts_have_no_words():
    texts = pd.DataFrame({"name": [None, "", "   "], "brand": [None, float("nan"), " , "]})
    assert collect_documents(texts) == [[], [], []]
    assert collect_documents(pd.DataFrame({"name": []})) == []
