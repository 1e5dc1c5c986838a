"""Finding an English sentence's template and saying it in another language."""

from __future__ import annotations

import time

import pytest

from engine.language.catalogue import LONGEST, Catalogue
from engine.language.speech import accepted, of_environment, speaking, spoken, told, told_in

CATALOGUE = Catalogue(
    {
        'There is no job named "{name}".': "没有名为“{name}”的任务。",
        "The job is paused.": "任务已暂停。",
        "It was given up after {tries}{last}.": "{tries}后已放弃{last}。",
        "{number} attempts": "{number} 次尝试",
        "(the last: {inside})": "（最近一次：{inside}）",
        "The target answered {status}.": "目标端应答了 {status}。",
        "{origin} refused the connection.": "{origin} 拒绝连接。",
        "Job {job}, page {number}: {sentence}": "任务 {job}，第 {number} 页：{sentence}",
        "Source fails": "来源系统出错",
        "It says: {excerpt}": "它说：{excerpt}",
        "{n} s": "{n} 秒",
        "next in {wait}": "{wait}后再试",
        "paused": "已暂停",
        'The {use} "{name}" is not set: jellyfish {use2} set {name2}': (
            "{use}“{name}”未设置：jellyfish {use2} set {name2}"
        ),
        "secret": "密钥",
        "Untold.": "",
    }
)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("The job is paused.", "任务已暂停。"),
        ("the job is paused", "任务已暂停"),
        ('There is no job named "orders".', "没有名为“orders”的任务。"),
        ('There is no job named "The job is paused.".', "没有名为“The job is paused.”的任务。"),
        ("It was given up after 3 attempts.", "3 次尝试后已放弃。"),
        (
            "It was given up after 3 attempts (the last: The target answered 500).",
            "3 次尝试后已放弃（最近一次：目标端应答了 500）。",
        ),
        (
            "It was given up after 3 attempts (the last: The target answered 500. The job is "
            "paused).",
            "3 次尝试后已放弃（最近一次：目标端应答了 500。任务已暂停）。",
        ),
        ("http://b:1 refused the connection.", "http://b:1 拒绝连接。"),
        (
            "http://b:1 refused the connection (Connection refused (os error 111)).",
            "http://b:1 拒绝连接（Connection refused (os error 111)）。",
        ),
        (
            "http://b:1 refused the connection (the job is paused). The job is paused.",
            "http://b:1 拒绝连接（任务已暂停）。任务已暂停。",
        ),
        ("Nobody knows this (the job is paused).", "Nobody knows this (the job is paused)."),
        ("refused the connection)).", "refused the connection))."),
        (
            "Job orders, page 2: The target answered 500. It says: The job is paused.",
            "任务 orders，第 2 页：目标端应答了 500。它说：The job is paused.",
        ),
        ("Source fails: The target answered 500", "来源系统出错：目标端应答了 500"),
        ("Source fails: Zugriff verweigert", "来源系统出错：Zugriff verweigert"),
        ("consumers[0].filter: The job is paused.", "consumers[0].filter：任务已暂停。"),
        ("next in 5 s", "5 秒后再试"),
        ("next in a s", "a s后再试"),
        (
            'The secret "secret" is not set: jellyfish secret set secret',
            "密钥“secret”未设置：jellyfish secret set secret",
        ),
        ("Untold.", "Untold."),
        ("Nobody knows this.", "Nobody knows this."),
        ("", ""),
    ],
)
def test_a_sentence_is_told_with_what_was_in_it(english: str, chinese: str) -> None:
    assert CATALOGUE.tell(english) == chinese


@pytest.mark.parametrize(
    "text",
    [
        "It was given up after " * 150,
        "Job a, page 1: " * 200,
        "(the last: " * 300,
        "The job is paused" + " (a)" * 900,
        "The job is paused " + "(" * 1900 + ")" * 1900,
        ". " * 1900,
        ": " * 1900,
        '"' * LONGEST,
        "x" * 5_000_000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    Catalogue({"Job {a}, page {b}: {c}": "{a}{b}{c}", "(the last: {d})": "{d}"}).tell(text)
    CATALOGUE.tell(text)

    assert time.process_time() - began < 0.5


def test_what_is_spoken_belongs_to_the_request() -> None:
    assert told("The job is paused.") == "The job is paused."
    with speaking("zh-CN"):
        assert spoken() == "zh-CN"
        assert told("The job is paused.") == "该任务已暂停。"
    assert told("The job is paused.") == "The job is paused."
    assert told_in("zh-CN", "The job is paused.") == "该任务已暂停。"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN", "zh-CN"),
        ("zh", "zh-CN"),
        ("de, zh-Hans;q=0.8, en;q=0.5", "zh-CN"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("zh;q=0.2, en;q=0.9", "en"),
        ("zh;q=x, en", "en"),
        ("", "en"),
        ("*", "en"),
        ("zhuang", "en"),
    ],
)
def test_the_header_is_read_by_preference(header: str, language: str) -> None:
    assert accepted(header) == language


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh-CN"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "C"}, "en"),
        ({"LC_ALL": "zh_CN", "LANG": "en_US.UTF-8"}, "zh-CN"),
        ({}, "en"),
    ],
)
def test_a_terminal_says_its_language_in_its_environment(
    environ: dict[str, str], language: str
) -> None:
    assert of_environment(environ) == language
