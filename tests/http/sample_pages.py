"""Small pages that use the parts as rooms do, and remember what was sent to them."""

from hashlib import sha256
from pathlib import Path
from time import sleep

from flask import Flask, Response, redirect, render_template, render_template_string, request
from flask_wtf import CSRFProtect

ROOT = Path(__file__).parents[2]

FORMS = """
{% extends "base.html" %}
{% from "parts/forms.html" import csrf_field, request_id_field, field, submit_button %}
{% from "parts/page.html" import live_region %}
{% block content %}
<form id="plain" method="post" action="/plain">{{ csrf_field() }}{{ request_id_field("r-1") }}
  {{ field("姓名", "name", required=true) }}{{ submit_button("保存", busy="正在保存…") }}</form>
<form id="sure" method="post" action="/plain">{{ csrf_field() }}{{ request_id_field("r-2") }}
  {{ submit_button("停止方案", "danger", confirm="停止后不再提醒，确定停止？") }}</form>
<div id="part"><form hx-post="/part" hx-target="#part">
  {{ field("剂量", "dose") }}{{ submit_button("存", busy="正在存…") }}</form></div>
<button id="broken" hx-get="/broken" hx-target="#part">坏的</button>
<button id="signed-out" hx-get="/private" hx-target="#part">过期的</button>
{% call live_region("/news", "200ms", "news") %}<p>没有消息</p>{% endcall %}
{% endblock %}
"""

PATIENT = """
{% extends "h5_base.html" %}
{% from "parts/forms.html" import csrf_field, field, submit_button %}
{% from "parts/h5.html" import phone_button, subscribe_button, manual_way %}
{% block title %}填手机号{% endblock %}
{% block content %}
<form id="number" method="post" action="/plain">{{ csrf_field() }}
  <input type="hidden" id="phone-code" name="code">
  {{ phone_button() }}</form>
<form id="grants" method="post" action="/plain">{{ csrf_field() }}
  {{ subscribe_button("同意提醒", ["t1", "t2"]) }}
  {% call manual_way() %}<p id="by-hand">自己填手机号</p>{% endcall %}</form>
{% endblock %}
"""

BESIDE = """
{% extends "h5_base.html" %}
{% from "parts/forms.html" import csrf_field, field, submit_button %}
{% from "parts/h5.html" import subscribe_button, manual_way %}
{% block content %}
<form method="post" action="/plain">{{ csrf_field() }}{{ subscribe_button("同意提醒", ["t1"]) }}</form>
<form method="post" action="/plain">
{% call manual_way() %}<p id="by-hand">自己填手机号</p>{% endcall %}</form>
{% endblock %}
"""

SHELL = """<!doctype html><title>shell</title><iframe src="/patient" width="380" height="700"></iframe>
<script src="/shell.js"></script>"""

SHELL_SCRIPT = """
const ANSWERS = {
  getPhoneNumber: { ok: true, result: { code: "number-code" } },
  requestSubscribeMessage: { ok: false, error: "user deny" },
};
addEventListener("message", (event) => {
  const { suihu, id, call, args } = event.data;
  if (suihu !== "bridge") return;
  if (call === "setTitle") document.title = args.title;
  const answer = ANSWERS[call] || { ok: true, result: {} };
  event.source.postMessage({ suihu: "bridge-answer", id, ...answer }, event.origin);
});
"""


def sample_app() -> Flask:
    """`app.extensions["sent"]` lists the forms that arrived; `["news"]` is what the polled part says."""
    app = Flask("sample", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "app/static"))
    app.config.update(SECRET_KEY="only for these pages")
    CSRFProtect(app)
    app.extensions.update(sent=[], news="没有消息", polls=[])
    _mount_pages(app)
    _mount_answers(app)
    return app


def _mount_pages(app: Flask) -> None:
    @app.get("/forms")
    def show_forms() -> str:
        return render_template_string(FORMS)

    @app.get("/patient")
    def show_patient() -> str:
        return render_template_string(PATIENT)

    @app.get("/shell")
    def show_shell() -> str:
        return SHELL

    @app.get("/beside")
    def show_beside() -> str:
        return render_template_string(BESIDE)

    @app.get("/shell-beside")
    def show_shell_beside() -> str:
        return SHELL.replace("/patient", "/beside")

    @app.get("/shell.js")
    def send_shell_script() -> Response:
        return Response(SHELL_SCRIPT, mimetype="text/javascript")


def _mount_answers(app: Flask) -> None:
    @app.post("/plain")
    def take() -> str:
        app.extensions["sent"].append(request.form.to_dict())
        sleep(0.3)
        return "<!doctype html><title>收到</title><p>收到了</p>"

    @app.post("/part")
    def refuse() -> tuple[str, int]:
        source = '{% from "parts/forms.html" import field %}{{ field("剂量", "dose", "0", "剂量要大于 0") }}'
        return render_template_string(source), 422

    @app.get("/broken")
    def break_down() -> tuple[str, int]:
        return render_template("errors/notice.html", title="系统出了点问题", text="请稍后再试。"), 500

    @app.get("/private")
    def send_to_sign_in() -> Response:
        return redirect("/forms")  # type: ignore[return-value]

    @app.get("/news")
    def tell_news() -> Response:
        news = app.extensions["news"]
        answer = Response(f"<p>{news}</p>")
        answer.set_etag(sha256(news.encode()).hexdigest()[:12])
        answer = answer.make_conditional(request)  # type: ignore[assignment]
        app.extensions["polls"].append(answer.status_code)
        return answer
