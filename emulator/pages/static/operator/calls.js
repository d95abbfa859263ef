/** Every call the hospital made, with its answer. */

import { ask } from "../shared/ask.js";
import { make } from "../shared/element.js";
import { fullTime } from "../shared/moments.js";
import { Entries, entry } from "./entries.js";
import { APIS } from "./names.js";

const BATCH = 200;

export class Calls {
  constructor() {
    this.since = 0;
    this.entries = new Entries(document.getElementById("calls"), draw, (call) => call.seq);
    this.form = document.getElementById("calls-filter");
    this.form.addEventListener("input", () => this.filter());
    this.form.addEventListener("submit", (event) => event.preventDefault());
  }

  async refresh() {
    const { calls } = await ask(`/operator/api/journal?since=${this.since}&limit=${BATCH}`);
    for (const call of calls) this.entries.put(call);
    this.since = calls.at(-1)?.seq ?? this.since;
    this.filter();
  }

  filter() {
    const { path, errcode, failed } = this.form.elements;
    const shown = this.entries.filter((call) => call.path.includes(path.value.trim())
      && (errcode.value.trim() === "" || String(call.errcode) === errcode.value.trim())
      && (!failed.checked || call.errcode !== 0));
    document.getElementById("calls-count").textContent = this.entries.drawn.size === 0
      ? "还没有收到调用" : `显示 ${shown} 条，共 ${this.entries.drawn.size} 条`;
  }
}

function draw(call) {
  const ok = call.errcode === 0;
  return entry(`call-${call.seq}`, [
    make("span", { class: "entry-time" }, fullTime(call.at).slice(5)),
    make("span", { class: "entry-name" }, APIS[call.path] ?? "", make("code", {}, `${call.method} ${call.path}`)),
    call.fault && make("span", { class: "tag tag-bad" }, "故障"),
    make("span", { class: ok ? "tag tag-on" : "tag tag-bad" }, ok ? "成功" : String(call.errcode)),
    make("span", { class: "entry-ms" }, `${call.ms} 毫秒`),
  ], [["参数", call.query], ["请求", call.body], ["回答", call.answer]]);
}
