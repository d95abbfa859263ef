"""An article as WeChat shows it."""

from html import escape


def article_html(body: str, source: str) -> str:
    """Escaped paragraphs, the source last."""
    paragraphs = [f"<p>{escape(line.strip())}</p>" for line in body.splitlines() if line.strip()]
    return "".join([*paragraphs, f"<p>依据：{escape(source)}</p>"])
