"""What a hostile reader, an odd keyboard or a broken program types; and real names, which must be welcome."""

Value = str | bytes  # bytes go out as they are, percent-encoded: what no text can say

LONG: dict[str, Value] = {
    "10,000 letters": "x" * 10_000,
    "10,000 letters of Arabic": "ش" * 10_000,
    "5,000 digits": "9" * 5_000,
    "5,000 lines": "a\r\n" * 5_000,
    "300 marks on one letter": "a" + "\u0301" * 300,
    "5,000 dots": "." * 5_000,
    "5,000 opening brackets": "(" * 5_000,
}
BYTES: dict[str, Value] = {
    "a NUL within": "Ab\0cd",
    "only NUL": "\0",
    "no UTF-8": b"\xff\xfe",
    "a lone surrogate": b"a\xed\xa0\x80b",
    "a character cut in two": b"caf\xc3",
    "an overlong slash": b"..\xc0\xaf..",
    "a control character": "a\x1b[31mb\x07\x7f",
    "a noncharacter": "a\ufffeb\U0010ffff",
    "private use": "\ue000\U000f0000",
}
UNSEEN: dict[str, Value] = {
    "nothing but space": " \t\u00a0\u3000 ",
    "only zero width": "\u200b\u200c\u200d\u2060\ufeff",
    "only Hangul filler": "\u3164\u115f\uffa0",
    "turned around": "Ali\u202egnp.exe",
    "isolates left open": "\u2066\u2067\u2068\u2066Ali",
    "only marks of direction": "\u200e\u200f\u061c",
    "tag characters": "Ali\U000e0041\U000e0042\U000e007f",
    "a variation selector": "\ufe0f\ufe0e",
}
LINES: dict[str, Value] = {
    "CR": "Ada\rBcc: x@evil.example",
    "LF": "Ada\nBcc: x@evil.example",
    "CRLF": "Ada\r\nSet-Cookie: evil=1\r\n\r\n<h1>evil</h1>",
    "U+2028": "Ada\u2028Bcc: x@evil.example",
    "U+0085": "Ada\u0085\u000b\u000cBcc",
}
MARKUP: dict[str, Value] = {
    "a script": "<script>alert(1)</script>",
    "an end of everything": "'\"></textarea></title></script><script>alert(1)</script>",
    "an attribute": '" autofocus onfocus="alert(1)',
    "an image": "<img src=x onerror=alert(1)>",
    "an entity": "&lt;script&gt;alert(1)&#0;&amp",
    "an address that runs": "javascript:alert(1)",
    "Jinja": "{{7*7}}{{7*1313}}",
    "Jinja's block": "{% raw %}{% endif %}{# #}{{ config }}",
    "the name's own place": "{name}{{name}}%(name)s",
    "percent": "%s%d%n%",
    "a named percent": "%(x)s %(num)d",
    "a format": "{0.__class__.__mro__} {person.__init__.__globals__}",
    "a dollar": "${7*1313}#{7*1313}",
    "SQL": "'; DELETE FROM case_file; --",
    "SQL that is true": "' OR '1'='1",
    "a wildcard": "%_*?[",
    "a path": "../../../../etc/passwd",
    "a path of Windows": "..\\..\\windows\\win.ini",
    "a command": "$(id) `id` | id & id",
    "a formula": '=HYPERLINK("//evil.example")',
    "JSON": '{"$gt": "", "__proto__": {"x": 1}}',
}
DIGITS: dict[str, Value] = {
    "Arabic digits": "٢٠١٥",
    "Persian digits": "۱۲",
    "Devanagari digits": "१२३४५६",
    "fullwidth digits": "１２３４５６",
    "superscripts": "²³¹",
    "circled digits": "①②③",
    "Roman numerals": "Ⅻ",
}
NUMBERS: dict[str, Value] = {
    "1e309": "1e309",
    "NaN": "NaN",
    "infinity": "-Infinity",
    "minus nought": "-0",
    "a half": "0.5",
    "a minus sign": "−1",
    "hexadecimal": "0x1F",
    "beyond 64 bits": "18446744073709551616",
    "fifteen nines": "999999999.999999",
    "underlines": "1_000",
    "noughts before": "0000000007",
}
DATES: dict[str, Value] = {
    "30 February": "2015-02-30",
    "month 13": "13/2015",
    "year nought": "0000-00-00",
    "year one": "0001-01-01",
    "the last day there is": "9999-12-31",
    "the year 10000": "10000-01-01",
    "25 o'clock": "25:61",
    "a time with a zone": "2027-03-01T09:00:00+99:99",
    "a leap second": "23:59:60",
}
CHOICES: dict[str, Value] = {
    "nothing": "",
    "an unknown option": "no_such_option",
    "None": "None",
    "true": "true",
    "a list in brackets": "['dmd', 'bmd']",
    "capitals": "DMD",
    "a place that is none": "Mars/Base",
}
NASTY: dict[str, Value] = {
    **LONG, **BYTES, **UNSEEN, **LINES, **MARKUP, **DIGITS, **NUMBERS, **DATES, **CHOICES
}  # fmt: skip
# fmt: off
# One or two of each kind, and fewer still, for where every one of them would take too long.
SHORT = {
    name: NASTY[name]
    for name in (
        "a NUL within", "no UTF-8", "10,000 letters", "CRLF", "an end of everything", "Jinja", "5,000 digits",
        "only zero width", "turned around", "U+2028", "a format", "percent", "SQL", "a path", "superscripts", "1e309",
        "the last day there is", "nothing",
    )
}
FEW = dict(list(SHORT.items())[:6])
# What every field gets every day: these, and every third one of all.
DAILY = SHORT | {name: value for number, (name, value) in enumerate(NASTY.items()) if number % 3 == 0}

# Tails that a field's name may grow: rows and parts that nobody offered.
TAILS = (
    ".", "..", ".0", ".state", ".text", ".unit.unit", ".0.", ".-1.x", ".00.x", ".0x1.x", ".1e3.x", ". 1.x", ".².side",
    ".٣.relation", ".①.x", ".99.x", ".4294967296.x", f".{'9' * 5_000}.x", f".{'9' * 5_000}", ".²", "[]", "[0][x]", "\0",
    "\u202e", "'", '"><script>alert(1)</script>', "{{7*7}}{{7*1313}}", "%s", ".__class__", ".csrf_token",
)

# What real people are called.
NAMES = (
    "O'Brien", "D’Angelo", "Nguyễn", "محمد عبد الله", "Şükrü", "Ы", "李", "Jean‑Luc", "Jean-Luc", "X", "Zoë",
    "María José", "N'Golo", "Al‑Ḥasan ibn ‘Alī", "Saint-Exupéry d'Aubigné", "Ólafur Ragnar", "नरेन्द्र", "อัจฉรา",
    "Ngozi Ọlá", "İIıi", "أَحْمَد",
    "علی\u200cرضا",  # with the zero-width non-joiner that Persian needs
    "יהודה־לייב", "J. R. R.", "Null", "김민준", "Иван-Пётр", "Þór", "Ħal", "Nǃxau", "ʻOkina",
)

# A stranger's host, and how it is slipped in.
EVIL = "evil.example"
HOSTS = (
    EVIL, f"{EVIL}:80", f"localhost.{EVIL}", f"localhost@{EVIL}", f"{EVIL}@localhost", f"localhost, {EVIL}",
    f"{EVIL},localhost", f"localhost:80@{EVIL}", f"localhost:x.{EVIL}", "localhost:99999", "localhost:", "LOCALHOST",
    "localhost.", "[::1]", "[", "", " ", f"localhost\\@{EVIL}", f"localhost#{EVIL}", f"localhost/{EVIL}", "localhost%",
    "127.0.0.1", "0", "x" * 300, "lo\u0441alhost".encode().decode("latin-1"),
)
DISGUISES = (
    f"//{EVIL}", f"/\\{EVIL}", f"https:{EVIL}", f"https:///{EVIL}", f"\\\\{EVIL}", f"/%09/{EVIL}", f"%2f%2f{EVIL}",
    f"%252f%252f{EVIL}", f"http://localhost@{EVIL}", f"//{EVIL}/%2f..", "javascript:alert(1)", "data:text/html,x",
    f"/en//{EVIL}", f"\u2044\u2044{EVIL}", f".{EVIL}", "%0d%0aLocation:%20//evil.example",
)
WORDS = ("next", "back", "return_to", "url", "_anchor", "new", "kind", "done", "page", "added", "lang", "auth_token")
FORGED = {
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Proto": "javascript",
    "X-Forwarded-For": f"{EVIL}, 127.0.0.1",
    "X-Forwarded-Port": "1",
    "X-Forwarded-Prefix": f"//{EVIL}",
    "Forwarded": f"for=1;host={EVIL};proto=http",
    "X-Original-URL": f"//{EVIL}/",
    "X-Rewrite-URL": f"//{EVIL}/",
    "X-HTTP-Method-Override": "DELETE",
    "Referer": f"http://{EVIL}/",
    "Origin": f"http://{EVIL}",
}

# Identifiers, languages and paths that nobody was ever given; percent-encoded where an address needs it.
IDS = (
    "0123456789abcdef0123456789abcdef", "00000000-0000-4000-8000-000000000000", "x", "-1", "0", "1e309", "NaN",
    "%2e%2e%2f%2e%2e", "..%5c..", "%00", "a%00b", "%ff%fe", "%ed%a0%80", "%f0%9f%92%a5", "%d9%85%d8%ad%d9%85%d8%af",
    "a%0d%0aSet-Cookie:%20x=1", "%e2%80%ae", "'%20OR%201=1--", "%3Cscript%3Ealert(1)%3C/script%3E", "%25s%25n",
    "{{7*7}}{{7*1313}}", "x" * 65, "x" * 3_000, "%20", "%2f", "%c2%b2", "%", "%zz", "code", "who",
)
LANGUAGES = (
    "de", "EN", "En", "en-GB", "en_GB", "..", "xx_YY", "%00", "en%00", "%d0%b5n", "english", "e", "static%2f", "c",
    "C.UTF-8", "../en", "..%2fen", "%2e%2e%2f%2e%2e%2fetc", "x" * 3_000, "%ff", "en;q=1", "en.", "*",
)
PATHS = (
    f"//{EVIL}", f"//{EVIL}/en/", f"///{EVIL}//en", f"/\\{EVIL}", f"\\\\{EVIL}", f"http://{EVIL}/en/", f"/en//{EVIL}",
    "", "*", "en", "/en/../../etc/passwd", "/en/./", "/en/case/", "/en//case", "/en/start/who/", "/static/", "/static",
    "/static/../wsgi.py", "/static/..\\..\\wsgi.py", "/static//etc/passwd", "/static/\0", f"/static/{'x' * 5_000}",
    "/\0", "/en/\0", "/en/\r\nX: 1", "/en\r\n", "/en/\u00ff\u00fe", f"/{'en/' * 2_000}", "/en;x=1/start", "/en/start?x",
)
HEADERS = (
    "", " ", ";", ",,,", "_", "-", "en_US_POSIX.utf8@euro", "x" * 5_000, "root", "und", "zh-Hant-TW-x-y", "*;q=0",
    "en;q=NaN", "en;q=1e309", "fr;q=" + "9" * 5_000, "tr;q=-1", "\u00ff\u00fe", "a\0b", '"', "=", "%00", "bytes=0-",
    "bytes=-1,5-2", "i-klingon", "en-a-bbb-x-a-ccc", "@", "ar_", "C", "1", "\u00b2",
)

# What people and attackers type where one address is asked for.
NO_ADDRESSES = (
    "parent@family.example\r\nBcc: evil@evil.example", "parent@family.example\nBcc: evil@evil.example",
    "parent@family.example\rCc: evil@evil.example", "parent@family.example%0d%0aBcc: evil@evil.example",
    "parent@family.example\u2028Bcc: evil@evil.example", "parent@family.example\u0085Bcc:evil@evil.example",
    "a@family.example,b@family.example", "a@family.example; b@family.example", "a@family.example b@family.example",
    "a@family.example\tb@family.example", "a@b@family.example", "a@family.example?bcc=b@evil.example",
    "Ada <a@family.example>", "<a@family.example>", "mailto:a@family.example", "a(b@evil.example)@family.example",
    '"quoted"@family.example', '"a b"@family.example', '"a@evil.example,"@family.example', 'a"b"@family.example',
    "p\u0430rent@family.example", "zoë@family.example", "محمد@family.example", "\u0661@family.example",
    "par\u200bent@family.example", "par\u00adent@family.example", "\u202eparent@family.example", "ﬁ@family.example",
    "a@[127.0.0.1]", "a@127.0.0.1", "a@[IPv6:::1]", "a@localhost", "a@family", "a@family.example.", "a@.example",
    "a@-family.example", "a@fam_ily.example", "a@family..example", ".a@family.example", "a..b@family.example",
    "a@xn--", "a@xn--a.example", "a@\u2488family.example", "a@family\u2044.example", "@family.example", "a@", "@", "a",
    "a" * 64 + "@" + ".".join(["b" * 60] * 4) + ".example", "a" * 308 + "@family.example", "a@" + "b" * 64 + ".example",
    "<script>alert(1)</script>@family.example", "a@family.example<script>alert(1)</script>", "' OR 1=1--@x.example",
)

# Names of files.
FILE_NAMES = (
    "../../x", "..\\..\\x.pdf", "/etc/passwd", "C:\\Windows\\x.pdf", "a/../../b.pdf", "~/.ssh/id_rsa", "file:///x.pdf",
    "تقرير.pdf", "rapport çocuk.pdf", "报告.pdf", "\U0001f4a5.pdf", "e\u0301.pdf", "con.pdf", "NUL", "LPT1.pdf.exe",
    "x\r\nX-Evil: 1.pdf", "x\nX-Evil: 1.pdf", "x\u2028y.pdf", "x\0.exe", "x\x1b[31m.pdf", "a" * 300 + ".pdf", "." * 300,
    "evil\u202efdp.exe", "\u202e\u2066x.pdf", "\u200b\ufeff.pdf", ".", "..", "...", " ", ".pdf", "a.", "a.pdf.",
    "a.pdf.exe", '"; filename="b.exe', "a;b.pdf", "'", "%2e%2e%2fx.pdf", "%00.pdf", "=?utf-8?q?x?=.pdf", "UTF-8''x.pdf",
    "<script>alert(1)</script>.pdf", "{{7*7}}{{7*1313}}.pdf", "%s%n.pdf", "$(id).pdf", "|id", "-rf.pdf", "=1+1.pdf",
    "／etc／passwd", "a" + "\u0301" * 300,
)
# fmt: on
