/** The fault switches: a form in plain words, and what is switched on now. */

import { ask, send } from "../shared/ask.js";
import { button, fill, make } from "../shared/element.js";
import { APIS, FAULTS, apiName, faultName } from "./names.js";

const OTHER = "other";

export class Faults {
  constructor(telling) {
    this.telling = telling;
    this.form = document.getElementById("fault-form");
    this.list = document.getElementById("faults");
    const { kind, path } = this.form.elements;
    kind.append(...FAULTS.map(([value, words]) => make("option", { value }, words)));
    path.append(make("option", { value: "*" }, "所有接口"), ...Object.entries(APIS).map(([value, words]) => make("option", { value }, words)),
      make("option", { value: OTHER }, "别的接口…"));
    this.form.addEventListener("change", () => this.arrange());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      telling(() => this.add());
    });
    this.arrange();
  }

  arrange() {
    const { kind, path, code, other } = this.form.elements;
    document.getElementById("fault-code-row").hidden = kind.value !== "code";
    document.getElementById("fault-ms-row").hidden = kind.value !== "slow";
    document.getElementById("fault-other-row").hidden = path.value !== OTHER;
    code.required = kind.value === "code";
    other.required = path.value === OTHER;
  }

  async add() {
    const { kind, path, code, seconds, times, other } = this.form.elements;
    await send("/operator/api/faults", {
      kind: kind.value === "code" ? code.value : kind.value,
      path: path.value === OTHER ? other.value.trim() : path.value,
      times: times.value === "" ? null : Number(times.value),
      ms: kind.value === "slow" ? Math.round(Number(seconds.value) * 1000) : 0,
    });
    await this.refresh();
  }

  async remove(id) {
    await ask(`/operator/api/faults${id === null ? "" : `?id=${id}`}`, { method: "DELETE" });
    await this.refresh();
  }

  async refresh() {
    const { faults } = await ask("/operator/api/faults");
    fill(this.list, faults, () => faults.length === 0 ? make("p", { class: "faint" }, "现在没有故障") : [
      make("ul", { class: "faults" }, faults.map((fault) => this.row(fault))),
      button("全部关掉", () => this.telling(() => this.remove(null)), { class: "quiet", testid: "faults-clear" }),
    ]);
  }

  row({ id, kind, path, times, ms }) {
    const slow = kind === "slow" ? `，多等 ${ms / 1000} 秒` : "";
    return make("li", { testid: `fault-${id}` },
      make("span", {}, make("strong", {}, faultName(kind)), make("small", {}, `${apiName(path)}${slow} · ${times === null ? "一直" : `还有 ${times} 次`}`)),
      button("关掉", () => this.telling(() => this.remove(id)), { class: "small-button", "aria-label": `关掉：${faultName(kind)}` }));
  }
}
