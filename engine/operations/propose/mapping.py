"""Proposes which field of a record goes into which field of a target's sample body. Pure.

Names are compared word by word, English and Chinese alike; a value that stands in the record
decides. What finds no partner keeps the sample's value and is told, so that an operator sees it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.core.bare_path import Step
from engine.operations.propose.names import parts, plain
from engine.operations.propose.paths import literal, written

_SAME = tuple(
    frozenset(group.split())
    for group in (
        "id uid 编号 主键 标识",
        "no number num sn code 单号 编号 编码 号码 号",
        "order trade 订单 交易 单据",
        "amount total sum money fee price payment 金额 总价 总额 实付 总金额 应付",
        "price unitprice cost 单价 价格 售价",
        "quantity qty count num number 数量 件数",
        "name title nickname 名称 姓名 名字 标题",
        "status state stage 状态",
        "time at date on datetime timestamp 时间 日期",
        "updated update modified modify changed change 更新 修改 变更",
        "created create added placed 创建 新增 下单",
        "customer buyer client user member consignee receiver 客户 买家 会员 收货人 顾客",
        "phone mobile tel telephone cell 手机 电话 手机号 联系电话 联系方式",
        "address addr 地址 收货地址",
        "remark memo note comment description desc 备注 说明 留言 描述",
        "product goods item sku material 商品 物料 产品 货品 品名",
        "lines items details entries rows list orderlines orderitems 明细 行 商品明细 明细列表",
        "email mail 邮箱 邮件",
        "city 城市 市",
        "shop store 店铺 门店",
        "warehouse stock depot 仓库",
        "type kind category class 类型 类别 分类",
        "currency 币种 货币",
        "weight 重量",
        "invoice bill 发票 账单",
        "supplier vendor 供应商",
        "department dept 部门",
        "employee staff worker 员工 职工",
        "company org organization 公司 组织 单位",
        "discount 折扣 优惠",
        "tax 税 税额 税率",
    )
)
_ENOUGH = 0.6


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record. steps: its place; value: the sample's."""

    steps: tuple[Step, ...]
    value: Any


@dataclass(frozen=True, slots=True)
class Mapped:
    """body: the template. matched: target's field and expression; left: its fields without one."""

    body: Any
    matched: tuple[tuple[str, str], ...]
    left: tuple[str, ...]


def propose_mapping(body: Any, record: Any) -> Mapped:
    """The body with an expression wherever a field of the record fits."""
    matched: list[tuple[str, str]] = []
    left: list[str] = []
    made = _object(body, record, "record", matched, left, ()) if isinstance(body, dict) else body
    return Mapped(made, tuple(matched), tuple(left))


def fields_of(record: Any, deepest: int = 3) -> Iterator[Field]:
    """Every field of a record that may be picked, lists as a whole."""
    yield from _fields(record, (), deepest)


def best_field(target: str, sample: Any, fields: Sequence[Field]) -> Field | None:
    """The field that fits a target's field of this name and sample value; None if none does."""
    scored = [(fit(target, sample, field), -len(field.steps), field) for field in fields]
    scored = [one for one in scored if one[0] >= _ENOUGH]
    return max(scored, key=lambda one: one[:2])[2] if scored else None


def fit(target: str, sample: Any, field: Field) -> float:
    """How well a field fits, from 0; 1 is the same name."""
    name = str(field.steps[-1])
    if isinstance(field.value, list) != isinstance(sample, list):
        return 0.0
    if isinstance(sample, dict) != isinstance(field.value, dict):
        return 0.0
    score = _names(target, name)
    if len(field.steps) > 1:
        score = max(score * 0.9, _names(target, "_".join(map(str, field.steps))) * 0.95)
    if score < 0.35:
        return 0.0
    return score + _kinds(sample, field.value)


def _object(
    body: dict[str, Any],
    record: Any,
    variable: str,
    matched: list[tuple[str, str]],
    left: list[str],
    outer: tuple[str, ...],
) -> dict[str, Any]:
    fields = list(fields_of(record))
    partners = _partners(body, fields)
    made: dict[str, Any] = {}
    for name, sample in body.items():
        told = ".".join((*outer, name))
        partner = partners.get(name)
        if isinstance(sample, dict):
            inner = partner.value if partner else record
            where = written(variable, partner.steps) if partner else variable
            made[name] = _object(sample, inner, where, matched, left, (*outer, name))
        elif isinstance(sample, list):
            made[name] = _list(sample, partner, variable, matched, left, told)
        elif partner is not None:
            text = written(variable, partner.steps)
            matched.append((told, text))
            made[name] = f"${{{_fitted(text, sample, partner.value)}}}"
        else:
            left.append(told)
            made[name] = sample
    return made


def _partners(body: dict[str, Any], fields: Sequence[Field]) -> dict[str, Field]:
    """Each target field's best field, the closest pairs first, so that none is taken twice."""
    pairs = sorted(
        (
            (fit(name, sample, field), -len(field.steps), name, number)
            for name, sample in body.items()
            for number, field in enumerate(fields)
        ),
        key=lambda pair: (-pair[0], -pair[1]),
    )
    partners: dict[str, Field] = {}
    taken: set[int] = set()
    for score, _, name, number in pairs:
        if score >= _ENOUGH and name not in partners and number not in taken:
            partners[name] = fields[number]
            taken.add(number)
    return partners


def _list(
    sample: list[Any],
    partner: Field | None,
    variable: str,
    matched: list[tuple[str, str]],
    left: list[str],
    told: str,
) -> Any:
    """A list of objects becomes a ``map`` over the record's list; other lists go as they are."""
    if partner is None:
        left.append(told)
        return sample
    text = written(variable, partner.steps)
    item = partner.value[0] if partner.value and isinstance(partner.value[0], dict) else None
    wanted = sample[0] if sample and isinstance(sample[0], dict) else None
    if item is None or wanted is None:
        matched.append((told, text))
        return f"${{{text}}}"
    partners = _partners(wanted, list(fields_of(item)))
    pairs = [
        f"{literal(name)}: {written('line', partners[name].steps)}"
        for name in wanted
        if name in partners
    ]
    if not pairs:
        left.append(told)
        return f"${{{text}}}"
    left.extend(f"{told}[].{name}" for name in wanted if name not in partners)
    expression = f"{text}.map(line, {{{', '.join(pairs)}}})"
    matched.append((told, expression))
    return f"${{{expression}}}"


def _fitted(text: str, sample: Any, value: Any) -> str:
    """The expression, turned into a text where the target's sample is one and the value is not."""
    number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return f"string({text})" if isinstance(sample, str) and number else text


def _fields(value: Any, steps: tuple[Step, ...], deepest: int) -> Iterator[Field]:
    if not isinstance(value, dict):
        return
    for name, inner in value.items():
        yield Field((*steps, name), inner)
        if isinstance(inner, dict) and deepest > 1:
            yield from _fields(inner, (*steps, name), deepest - 1)


def _names(target: str, name: str) -> float:
    if plain(target) == plain(name):
        return 1.0
    left, right = _words(target), _words(name)
    if not left or not right:
        return 0.0
    met = sum(1.0 for word in left if any(_same(word, other) for other in right))
    back = sum(1.0 for word in right if any(_same(word, other) for other in left))
    return 0.9 * (met + back) / (len(left) + len(right))


def _words(name: str) -> list[str]:
    words: list[str] = []
    for part in parts(name):
        words.extend(_chinese(part) if not part.isascii() else [part])
    return words


def _chinese(text: str) -> list[str]:
    """A Chinese name cut into known words, longest first; what is unknown stays together."""
    known = sorted({word for group in _SAME for word in group if not word.isascii()}, key=len)
    words: list[str] = []
    rest = ""
    at_ = 0
    while at_ < len(text):
        word = next((one for one in reversed(known) if text.startswith(one, at_)), None)
        if word is None:
            rest, at_ = rest + text[at_], at_ + 1
            continue
        if rest:
            words.append(rest)
        words, rest, at_ = [*words, word], "", at_ + len(word)
    return [*words, rest] if rest else words


def _same(one: str, other: str) -> bool:
    if one == other or one.rstrip("s") == other.rstrip("s"):
        return True
    return any(one in group and other in group for group in _SAME)


def _kinds(sample: Any, value: Any) -> float:
    if sample is not None and sample == value and sample not in ("", 0, True, False):
        return 0.5
    numbers = int | float | Decimal
    if isinstance(sample, bool) != isinstance(value, bool):
        return -0.2
    if isinstance(sample, numbers) and isinstance(value, numbers):
        return 0.1
    if isinstance(sample, str) and isinstance(value, str):
        return 0.1
    return 0.0 if sample is None or value is None else -0.05
