"""Interfaces as they are met in the field: how each is asked, how it answers, what fits it.

Written after the public documentation of such systems, not copied from any; names and values are
made up. ``None`` in an expectation: no such proposal may be sure of itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Interface:
    """One interface. head: the answer's headers, as curl -i prints them."""

    name: str
    command: str
    answer: str
    records: str | None
    key: str
    cursor: str
    paging: dict[str, Any] | None
    ok: str | None = None
    auth: str = "none"
    head: str = ""
    format: str = "json"


def rows(count: int, **fields: Any) -> list[dict[str, Any]]:
    """Records; a callable field is asked with the record's number, from 0."""
    return [
        {name: field(n) if callable(field) else field for name, field in fields.items()}
        for n in range(count)
    ]


def text(value: Any) -> str:
    """As JSON."""
    return json.dumps(value, ensure_ascii=False)


def clock(n: int) -> str:
    """A wall time that rises with n."""
    return f"2026-01-05 10:{n:02d}:00"


def zulu(n: int) -> str:
    """A time in UTC that rises with n."""
    return f"2026-01-05T10:{n:02d}:00Z"


ORDERS = rows(
    6,
    id=lambda n: f"SO-{88121 + n}",
    status="paid",
    amount=1840.5,
    updated_at=lambda n: f"2026-11-23T14:29:{n:02d}.114+08:00",
    customer={"name": "x", "city": "y", "level": 3},
    lines=[{"sku": "A", "qty": 1}],
)

INTERFACES = (
    Interface(
        "the shop of the drawings",
        "curl 'https://shop.example/api/orders?updated_from=2026-01-01T00:00:00%2B08:00&page=1"
        "&size=500' -H 'Authorization: Bearer 1f9d68e4f5ec'",
        text({"code": "0", "data": {"total": 18204, "items": ORDERS}}),
        "body.data.items",
        "record.id",
        "record.updated_at",
        {"kind": "page", "start": 1, "size": 500},
        'status == 200 && body.code == "0"',
        "bearer",
    ),
    Interface(
        "a Chinese ERP with Chinese names",
        "curl 'https://erp.example/openapi/v2/saleOrder/queryList' -H 'Content-Type: "
        "application/json' -H 'accessToken: 9a8b7c6d5e' -d '{\"页码\": 1, \"每页条数\": 50, "
        '"更新时间起": "2026-01-01 00:00:00", "更新时间止": "2026-02-01 00:00:00"}\'',
        text(
            {
                "返回码": "x",
                "code": 200,
                "message": "操作成功",
                "data": {
                    "总条数": 812,
                    "列表": rows(
                        5,
                        单据编号=lambda n: f"XS2026{n:04d}",
                        客户编号="C01",
                        总金额=99.9,
                        创建时间="2026-01-01 00:00:00",
                        最后更新时间=clock,
                        明细=[{"商品编码": "P1", "数量": 2}],
                    ),
                },
            }
        ),
        'body.data["列表"]',
        'record["单据编号"]',
        'record["最后更新时间"]',
        {"kind": "page", "start": 1, "size": 50},
        "status == 200 && body.code == 200",
        "api_key",
    ),
    Interface(
        "a trade router with method and session",
        "curl 'https://router.example/rest?method=trades.sold.get&start_modified="
        "2026-01-01+00:00:00&end_modified=2026-01-02+00:00:00&page_no=1&page_size=40&"
        "session=6100a11b22c33d44e55&use_has_next=true'",
        text(
            {
                "trades_sold_get_response": {
                    "has_next": True,
                    "trades": {
                        "trade": rows(
                            4,
                            tid=lambda n: 2900112233445566 + n,
                            status="WAIT_SELLER_SEND_GOODS",
                            payment="12.00",
                            created="2026-01-01 08:00:00",
                            modified=clock,
                            buyer_id=7,
                        )
                    },
                }
            }
        ),
        "body.trades_sold_get_response.trades.trade",
        "record.tid",
        "record.modified",
        {"kind": "page", "start": 1, "size": 40},
        None,
        "api_key",
    ),
    Interface(
        "errcode and errmsg",
        "curl 'https://oapi.example/employees?access_token=abcdef123456&offset=0&size=20'",
        text(
            {
                "errcode": 0,
                "errmsg": "ok",
                "result": {
                    "has_more": True,
                    "list": rows(3, userid=lambda n: f"u{n}", name="n", dept_id=1),
                },
            }
        ),
        "body.result.list",
        "record.userid",
        "full",
        {"kind": "offset", "start": 0, "size": 20},
        "status == 200 && body.errcode == 0",
        "api_key",
    ),
    Interface(
        "success true and rows",
        "curl 'https://wms.example/stock/page?current=1&size=100' -u hub:secret-word",
        text(
            {
                "success": True,
                "errorCode": None,
                "total": 3000,
                "rows": rows(
                    4, skuCode=lambda n: f"SKU{n}", warehouseId=1, qty=5, gmtModified=clock
                ),
            }
        ),
        "body.rows",
        "record.skuCode",
        "full",
        {"kind": "page", "start": 1, "size": 100},
        "status == 200 && body.success == true",
        "basic",
    ),
    Interface(
        "a REST framework with count, next and previous",
        "curl https://hr.example/api/v1/employees/ -H 'Authorization: Token 0123456789abcdef'",
        text(
            {
                "count": 1023,
                "next": "https://hr.example/api/v1/employees/?page=2",
                "previous": None,
                "results": rows(3, id=lambda n: n + 1, name="n", modified=zulu),
            }
        ),
        "body.results",
        "record.id",
        "full",
        {"kind": "link", "next": "body.next"},
        None,
        "api_key",
    ),
    Interface(
        "a list with a Link header",
        "curl -i 'https://git.example/api/issues?since=2026-01-01T00:00:00Z&per_page=100' "
        "-H 'PRIVATE-TOKEN: glpat-0123456789'",
        text(
            rows(
                4,
                id=lambda n: 1000 + n,
                number=lambda n: n,
                title="t",
                created_at="2025-01-01T00:00:00Z",
                updated_at=zulu,
                user={"id": 1, "login": "x"},
            )
        ),
        None,
        "record.id",
        "record.updated_at",
        {"kind": "link"},
        None,
        "api_key",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLink: <https://git.example/api/"
        'issues?page=2>; rel="next", <https://git.example/api/issues?page=9>; rel="last"\r\n\r\n',
    ),
    Interface(
        "a payment service, paged by the last id",
        "curl 'https://pay.example/v1/charges?limit=3&starting_after=ch_1' -u sk_test_0123456789:",
        text(
            {
                "object": "list",
                "has_more": True,
                "data": rows(3, id=lambda n: f"ch_{n}", amount=100, created=1767225600),
            }
        ),
        "body.data",
        "record.id",
        "full",
        {
            "kind": "token",
            "next": "body.has_more ? dyn(body.data[size(body.data) - 1].id) : dyn(null)",
        },
        None,
        "api_key",
    ),
    Interface(
        "next_cursor",
        "curl 'https://crm.example/v2/customers?cursor=&limit=50&updated_since=1767225600' "
        "-H 'x-api-key: 0123456789abcdef'",
        text(
            {
                "items": rows(
                    3, uuid=lambda n: f"00-{n}", name="a", updatedAt=lambda n: 1767225600 + n
                ),
                "next_cursor": "eyJpZCI6M30=",
            }
        ),
        "body.items",
        "record.uuid",
        "record.updatedAt",
        {"kind": "token", "next": "body.next_cursor"},
        None,
        "api_key",
    ),
    Interface(
        "nextPageToken",
        "curl 'https://cal.example/events?updatedMin=2026-01-01T00:00:00.000Z&maxResults=250"
        "&pageToken=' -H 'Authorization: Bearer ya29.0123456789'",
        text(
            {
                "kind": "calendar#events",
                "updated": "2026-01-05T10:00:00.000Z",
                "nextPageToken": "CigKGmpwM",
                "items": rows(3, id=lambda n: f"e{n}", etag="x", updated=zulu, created=zulu(0)),
            }
        ),
        "body.items",
        "record.id",
        "record.updated",
        {"kind": "token", "next": "body.nextPageToken"},
        None,
        "bearer",
    ),
    Interface(
        "OData",
        "curl 'https://dyn.example/api/data/v9.2/accounts?%24filter=modifiedon%20ge%20"
        "2026-01-01T00:00:00Z&%24top=500' -H 'Authorization: Bearer 0123456789'",
        text(
            {
                "@odata.context": "https://dyn.example/api/data/v9.2/$metadata#accounts",
                "@odata.nextLink": "https://dyn.example/api/data/v9.2/accounts?$skiptoken=1",
                "value": rows(3, accountid=lambda n: f"a{n}", name="n", modifiedon=zulu),
            }
        ),
        "body.value",
        "record.accountid",
        "record.modifiedon",
        {"kind": "link", "next": 'body["@odata.nextLink"]'},
        None,
        "bearer",
    ),
    Interface(
        "a search engine's hits",
        "curl 'https://es.example/orders/_search?from=0&size=100' -u elastic:0123456789",
        text(
            {
                "took": 3,
                "timed_out": False,
                "hits": {
                    "total": {"value": 5000, "relation": "eq"},
                    "hits": rows(
                        3, _index="orders", _id=lambda n: f"x{n}", _source={"no": 1, "at": zulu(1)}
                    ),
                },
            }
        ),
        "body.hits.hits",
        "record._id",
        "full",
        {"kind": "offset", "start": 0, "size": 100},
        None,
        "basic",
    ),
    Interface(
        "JSON Lines",
        "curl 'https://log.example/export?since=2026-01-01T00:00:00Z'",
        "\n".join(text(row) for row in rows(4, event_id=lambda n: f"e{n}", ts=zulu, what="x")),
        None,
        "record.event_id",
        "record.ts",
        None,
        format="ndjson",
    ),
    Interface(
        "CSV",
        "curl 'https://old.example/export.csv?modified_since=2026-01-01'",
        "order_no,customer,amount,modified_date\r\nA1,x,1.00,2026-01-02\r\nA2,y,2.50,2026-01-03\r\n"
        "A3,z,3.50,2026-01-04\r\n",
        None,
        "record.order_no",
        "record.modified_date",
        None,
        format="csv",
    ),
    Interface(
        "XML",
        "curl 'https://soap.example/orders?page=1&rows=50' -H 'Accept: application/xml'",
        "<?xml version='1.0'?><response><code>0</code><orders>"
        + "".join(
            f"<order><orderId>{n}</orderId><total>5.00</total><updateTime>{clock(n)}</updateTime>"
            "</order>"
            for n in range(3)
        )
        + "</orders></response>",
        "body.response.orders.order",
        "record.orderId",
        "full",
        {"kind": "page", "start": 1, "size": 50},
        'status == 200 && body.response.code == "0"',
        format="xml",
    ),
    Interface(
        "order lines without a key of their own",
        "curl 'https://wms.example/lines?pageIndex=0&pageSize=10'",
        text(
            {
                "Result": 0,
                "Items": rows(
                    4, OrderNo=lambda n: f"O{n // 2}", LineNo=lambda n: n % 2, Qty=1, Sku="A"
                ),
            }
        ),
        "body.Items",
        'string(record.OrderNo) + "/" + string(record.LineNo)',
        "full",
        {"kind": "page", "start": 0, "size": 10},
        "status == 200 && body.Result == 0",
    ),
    Interface(
        "a form as body",
        "curl https://k3.example/api/bill/query --data 'pageNo=1&pageSize=20&modifyTimeStart="
        "2026-01-01+00%3A00%3A00&appKey=0123456'",
        text(
            {
                "status": "success",
                "data": rows(3, billNo=lambda n: f"B{n}", modifyTime=clock, fid=lambda n: n),
            }
        ),
        "body.data",
        "record.billNo",
        "record.modifyTime",
        {"kind": "page", "start": 1, "size": 20},
        'status == 200 && body.status == "success"',
    ),
    Interface(
        "a plain list of everything",
        "curl https://small.example/products",
        text(rows(3, sku=lambda n: f"P{n}", name="n", price=1.5, views=7)),
        None,
        "record.sku",
        "full",
        None,
    ),
    Interface(
        "milliseconds and a nested header",
        "curl 'https://pos.example/api/bills?startTime=1767225600000&endTime=1767312000000"
        "&pageNum=1&pageSize=200' -H 'token: 0123456789abcdef0123'",
        text(
            {
                "header": {"code": "00000", "message": "成功"},
                "body": {
                    "totalPage": 9,
                    "billList": rows(
                        3,
                        billId=lambda n: 7000 + n,
                        shopId=3,
                        updateTime=lambda n: 1767225600000 + n,
                        payTime=1767225600000,
                    ),
                },
            }
        ),
        "body.body.billList",
        "record.billId",
        "record.updateTime",
        {"kind": "page", "start": 1, "size": 200},
        'status == 200 && body.header.code == "00000"',
        "api_key",
    ),
    Interface(
        "compact times and sequence numbers",
        "curl 'https://bank.example/statements?fromDate=20260101&toDate=20260201'",
        text(
            {
                "retCode": "SUCCESS",
                "records": rows(
                    3, serialNo=lambda n: f"2026{n}", tradeDate=lambda n: f"2026010{n + 1}", amt="1"
                ),
            }
        ),
        "body.records",
        "record.serialNo",
        "record.tradeDate",
        None,
        'status == 200 && body.retCode == "SUCCESS"',
    ),
)
