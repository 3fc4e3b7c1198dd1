import { expect, test } from "@playwright/test";
import { at, call, hour, tomorrow } from "./support/api";

/** Everything that is wrong in a create: what, the body, and the errors as `pointer code`. */
const wrongFields: [string, unknown, string[]][] = [
  [
    "nothing at all",
    {},
    ["/timezone required", "/start_datetime required", "/end_datetime required", "/message_text required"],
  ],
  ["a list", [], [" object"]],
  ["null", null, [" object"]],
  ["a number", 7, [" object"]],
  ["a text", '"text"', [" object"]],
  ["an unknown field", tomorrow({ filter_tags: "VIP" }), ["/filter_tags unknown_field"]],
  ["an unknown field with a slash", tomorrow({ "a/b~c": 1 }), ["/a~1b~0c unknown_field"]],
  [
    "__proto__",
    JSON.stringify(tomorrow()).replace("{", '{"__proto__": {"a": 1}, '),
    ["/__proto__ unknown_field"],
  ],
  ["no zone", tomorrow({ timezone: undefined }), ["/timezone required"]],
  ["a zone that is null", tomorrow({ timezone: null }), ["/timezone string"]],
  ["an unknown zone", tomorrow({ timezone: "Mars/Olympus" }), ["/timezone timezone"]],
  ["an empty zone", tomorrow({ timezone: "" }), ["/timezone timezone"]],
  ["an offset for a zone", tomorrow({ timezone: "+03:00" }), ["/timezone timezone"]],
  ["a path for a zone", tomorrow({ timezone: "../../etc/passwd" }), ["/timezone timezone"]],
  ["a number for a zone", tomorrow({ timezone: 3 }), ["/timezone string"]],
  ["a zone with NUL", tomorrow({ timezone: "Europe/Moscow\0" }), ["/timezone timezone"]],
  ["no start", tomorrow({ start_datetime: undefined }), ["/start_datetime required"]],
  [
    "a date without a time",
    tomorrow({ start_datetime: "2027-01-21" }),
    ["/start_datetime date_without_time"],
  ],
  ["30 February", tomorrow({ start_datetime: "2027-02-30T10:00:00Z" }), ["/start_datetime datetime"]],
  [
    "29 February of a common year",
    tomorrow({ end_datetime: "2027-02-29T10:00:00Z" }),
    ["/end_datetime datetime"],
  ],
  ["month 13", tomorrow({ start_datetime: "2027-13-01T10:00:00Z" }), ["/start_datetime datetime"]],
  ["25 o'clock", tomorrow({ start_datetime: "2027-01-01T25:00:00Z" }), ["/start_datetime datetime"]],
  ["second 61", tomorrow({ start_datetime: "2027-01-01T10:00:61Z" }), ["/start_datetime datetime"]],
  [
    "an offset of 30 hours",
    tomorrow({ start_datetime: "2027-01-01T10:00:00+30:00" }),
    ["/start_datetime datetime"],
  ],
  ["a Unix time", tomorrow({ start_datetime: 1_800_000_000 }), ["/start_datetime string"]],
  ["a Unix time as text", tomorrow({ start_datetime: "1800000000" }), ["/start_datetime datetime"]],
  ["a word", tomorrow({ start_datetime: "tomorrow" }), ["/start_datetime datetime"]],
  ["an American date", tomorrow({ start_datetime: "01/21/2027 10:00" }), ["/start_datetime datetime"]],
  ["an empty date", tomorrow({ end_datetime: "" }), ["/end_datetime datetime"]],
  ["a date that is a list", tomorrow({ end_datetime: [] }), ["/end_datetime string"]],
  [
    "the end before the start",
    tomorrow({ start_datetime: at(2 * hour), end_datetime: at(hour) }),
    ["/end_datetime end_before_start"],
  ],
  [
    "a window of two years",
    tomorrow({ end_datetime: at(24 * 731 * hour) }),
    ["/end_datetime window_too_long"],
  ],
  [
    "a start in 20 years",
    tomorrow({ start_datetime: at(24 * 7305 * hour), end_datetime: at(24 * 7306 * hour) }),
    ["/start_datetime start_too_far"],
  ],
  [
    "the year 0",
    tomorrow({ start_datetime: "0000-01-01T00:00:00Z" }),
    ["/start_datetime too_early", "/end_datetime window_too_long"],
  ],
  ["no text", tomorrow({ message_text: undefined }), ["/message_text required"]],
  ["an empty text", tomorrow({ message_text: "" }), ["/message_text blank"]],
  ["a blank text", tomorrow({ message_text: " \n\t\u00a0" }), ["/message_text blank"]],
  ["1,601 characters", tomorrow({ message_text: "я".repeat(1_601) }), ["/message_text message_too_long"]],
  ["a text with NUL", tomorrow({ message_text: "a\0b" }), ["/message_text characters"]],
  ["a text with a bell", tomorrow({ message_text: "a\u0007b" }), ["/message_text characters"]],
  [
    "a lone high surrogate",
    JSON.stringify(tomorrow()).replace('"Hello"', '"a\\ud83d"'),
    ["/message_text characters"],
  ],
  [
    "a lone low surrogate",
    JSON.stringify(tomorrow()).replace('"Hello"', '"\\ude00b"'),
    ["/message_text characters"],
  ],
  ["a text that is a number", tomorrow({ message_text: 5 }), ["/message_text string"]],
  ["a text that is an object", tomorrow({ message_text: { toString: "x" } }), ["/message_text string"]],
  [
    "an empty operator",
    tomorrow({ filter_mobile_operator_code: "" }),
    ["/filter_mobile_operator_code empty"],
  ],
  [
    "an unknown operator",
    tomorrow({ filter_mobile_operator_code: "nobody" }),
    ["/filter_mobile_operator_code unknown_operator"],
  ],
  [
    "an unknown operator's id",
    tomorrow({ filter_mobile_operator_code: "00000000-0000-4000-8000-000000000000" }),
    ["/filter_mobile_operator_code unknown_operator"],
  ],
  [
    "an operator that is a number",
    tomorrow({ filter_mobile_operator_code: 7 }),
    ["/filter_mobile_operator_code string"],
  ],
  [
    "an operator with NUL",
    tomorrow({ filter_mobile_operator_code: "m\0ts" }),
    ["/filter_mobile_operator_code characters"],
  ],
  [
    "SQL for an operator",
    tomorrow({ filter_mobile_operator_code: "' or 1=1 --" }),
    ["/filter_mobile_operator_code unknown_operator"],
  ],
  ["an empty tag", tomorrow({ filter_tag: "" }), ["/filter_tag empty"]],
  ["an unknown tag", tomorrow({ filter_tag: "nobody" }), ["/filter_tag unknown_tag"]],
  ["a tag that is true", tomorrow({ filter_tag: true }), ["/filter_tag string"]],
  [
    "a tag with a lone surrogate",
    JSON.stringify(tomorrow({ filter_tag: "x" })).replace('"x"', '"\\ud800"'),
    ["/filter_tag characters"],
  ],
  ["a tag of 201 characters", tomorrow({ filter_tag: "t".repeat(201) }), ["/filter_tag too_long"]],
  [
    "everything at once",
    {
      timezone: "No/Where",
      start_datetime: "x",
      end_datetime: 1,
      message_text: "",
      filter_mobile_operator_code: "no",
      filter_tag: "no",
      x: 1,
    },
    [
      "/timezone timezone",
      "/start_datetime datetime",
      "/end_datetime string",
      "/message_text blank",
      "/x unknown_field",
      "/filter_mobile_operator_code unknown_operator",
      "/filter_tag unknown_tag",
    ],
  ],
];

for (const [what, body, errors] of wrongFields) {
  test(`${what}: a 400 that names ${errors.length === 1 ? "the field" : "every field"}`, async () => {
    const response = await call("POST", "/api/v1/dispatches/", body);
    const problem = await response.json();
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(problem).toMatchObject({
      type: "/docs/errors/validation",
      status: 400,
      instance: "/api/v1/dispatches/",
    });
    expect(
      problem.errors.map((e: { pointer: string; code: string }) => `${e.pointer} ${e.code}`).sort(),
    ).toEqual([...errors].sort());
    expect(problem.errors.every((e: { detail: string }) => e.detail.length > 5)).toBe(true);
  });
}

const json = { "content-type": "application/json" };
const dispatches = "/api/v1/dispatches/";
const nowhere = "/api/v1/dispatches/00000000-0000-4000-8000-000000000000/";

/** What is wrong before a field is looked at: method, path, body, headers, status and problem. */
const wrongRequests: [
  string,
  string,
  string,
  string | Uint8Array | undefined,
  Record<string, string>,
  number,
  string,
][] = [
  ["an empty body", "POST", dispatches, "", json, 400, "malformed-json"],
  ["broken JSON", "POST", dispatches, '{"timezone": ', json, 400, "malformed-json"],
  ["JSON with a trailing comma", "POST", dispatches, '{"a": 1,}', json, 400, "malformed-json"],
  [
    "bytes that are not UTF-8",
    "POST",
    dispatches,
    new Uint8Array([123, 34, 255, 34, 125]),
    json,
    400,
    "malformed-json",
  ],
  ["NaN", "POST", dispatches, "NaN", json, 400, "malformed-json"],
  ["a deep nest", "POST", dispatches, "[".repeat(60_000), json, 400, "malformed-json"],
  [
    "a deep nest that is closed",
    "POST",
    dispatches,
    "[".repeat(30_000) + "]".repeat(30_000),
    json,
    400,
    "validation",
  ],
  [
    "a form",
    "POST",
    dispatches,
    "timezone=UTC",
    { "content-type": "application/x-www-form-urlencoded" },
    415,
    "unsupported-media-type",
  ],
  ["plain text", "POST", dispatches, "{}", { "content-type": "text/plain" }, 415, "unsupported-media-type"],
  [
    "UTF-16",
    "POST",
    dispatches,
    "{}",
    { "content-type": "application/json; charset=utf-16" },
    415,
    "unsupported-media-type",
  ],
  [
    "a compressed body",
    "POST",
    dispatches,
    "{}",
    { ...json, "content-encoding": "gzip" },
    415,
    "unsupported-media-type",
  ],
  [
    "65 KiB",
    "POST",
    dispatches,
    JSON.stringify({ message_text: "a".repeat(66_000) }),
    json,
    413,
    "payload-too-large",
  ],
  [
    "an empty Idempotency-Key",
    "POST",
    dispatches,
    JSON.stringify(tomorrow()),
    { ...json, "idempotency-key": "" },
    400,
    "validation",
  ],
  [
    "a long Idempotency-Key",
    "POST",
    dispatches,
    JSON.stringify(tomorrow()),
    { ...json, "idempotency-key": "k".repeat(256) },
    400,
    "validation",
  ],
  ["PUT of the collection", "PUT", dispatches, "{}", json, 405, "method-not-allowed"],
  ["DELETE of the collection", "DELETE", dispatches, undefined, {}, 405, "method-not-allowed"],
  ["GET of a verb", "GET", `${nowhere}pause/`, undefined, {}, 405, "method-not-allowed"],
  ["an unknown path", "GET", "/api/v1/nothing/", undefined, {}, 404, "not-found"],
  ["an unknown version", "POST", "/api/v2/dispatches/", "{}", json, 404, "not-found"],
  ["the bare API", "GET", "/api", undefined, {}, 404, "not-found"],
  ["a bad escape", "GET", "/api/v1/dispatches/%ff/", undefined, {}, 400, "malformed-url"],
  ["half an escape", "GET", "/api/v1/%", undefined, {}, 400, "malformed-url"],
  ["a dispatch that is not there", "GET", nowhere, undefined, {}, 404, "not-found"],
  ["an id that is none", "GET", "/api/v1/dispatches/7/", undefined, {}, 404, "not-found"],
  ["pausing what is not there", "POST", `${nowhere}pause/`, undefined, {}, 404, "not-found"],
  ["cancelling an id that is none", "POST", "/api/v1/dispatches/x/cancel/", undefined, {}, 404, "not-found"],
  ["a limit of nought", "GET", `${dispatches}?limit=0`, undefined, {}, 400, "validation"],
  ["a limit of 201", "GET", `${dispatches}?limit=201`, undefined, {}, 400, "validation"],
  ["a limit that is a word", "GET", `${dispatches}?limit=many`, undefined, {}, 400, "validation"],
  ["a cursor of one's own", "GET", `${dispatches}?cursor=abc`, undefined, {}, 400, "validation"],
  ["an unknown status", "GET", `${dispatches}?status=sleeping`, undefined, {}, 400, "validation"],
  ["an unknown parameter", "GET", `${dispatches}?colour=red`, undefined, {}, 400, "validation"],
  ["NUL in a search", "GET", `${dispatches}?q=%00`, undefined, {}, 400, "validation"],
  ["an unknown state of sending", "PUT", "/api/v1/sending/", '{"state": "off"}', json, 400, "validation"],
  ["a phone that is none", "GET", "/api/v1/recipients/abc/", undefined, {}, 400, "validation"],
  ["a recipient of no operator", "PUT", "/api/v1/recipients/+15555550100/", "{}", json, 400, "validation"],
  [
    "an attribute that is a number",
    "PUT",
    "/api/v1/recipients/+79160000001/",
    '{"attributes": {"a": 1}}',
    json,
    400,
    "validation",
  ],
  ["an operator without a code", "POST", "/api/v1/operators/", '{"name": "x"}', json, 400, "validation"],
  [
    "a rate of nought",
    "POST",
    "/api/v1/operators/",
    '{"code": "x", "name": "x", "rate_per_second": 0}',
    json,
    400,
    "validation",
  ],
  [
    "a tag that looks like an id",
    "POST",
    "/api/v1/tags/",
    '{"name": "3fa85f64-5717-4562-b3fc-2c963f66afa6"}',
    json,
    400,
    "validation",
  ],
  ["a tag that is there already", "POST", "/api/v1/tags/", '{"name": "VIP"}', json, 409, "conflict"],
  ["an import of JSON", "POST", "/api/v1/recipients/import/", "{}", json, 415, "unsupported-media-type"],
  [
    "an import of nothing",
    "POST",
    "/api/v1/recipients/import/",
    "",
    { "content-type": "text/csv" },
    400,
    "validation",
  ],
  [
    "an import without phones",
    "POST",
    "/api/v1/recipients/import/",
    "a,b\n1,2\n",
    { "content-type": "text/csv" },
    400,
    "validation",
  ],
];

for (const [what, method, path, body, headers, status, problem] of wrongRequests) {
  test(`${what}: ${status} ${problem}`, async () => {
    const response = await call(method, path, body, headers);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    const answer = await response.json();
    expect(answer).toMatchObject({ type: `/docs/errors/${problem}`, status });
    expect(answer.title.length * answer.detail.length).toBeGreaterThan(0);
    if (status === 405) expect(response.headers.get("allow")).toBeTruthy();
  });
}

test("errors are in the language that is asked for", async () => {
  const inLanguage = async (language: string) =>
    (await call("POST", dispatches, tomorrow({ message_text: "" }), { "accept-language": language })).json();
  expect((await inLanguage("ru")).title).toBe("Некорректный запрос. Проверьте правильность параметров.");
  expect((await inLanguage("en")).title).toBe("Bad request. Check the parameters.");
  expect((await inLanguage("en")).errors[0].detail).toBe("The text is empty.");
});

test("a request keeps the id that its caller gave it", async () => {
  const response = await call("GET", "/api/v1/nothing/", undefined, { "x-request-id": "from-the-caller" });
  expect(response.headers.get("x-request-id")).toBe("from-the-caller");
  expect((await response.json()).request_id).toBe("from-the-caller");
});
