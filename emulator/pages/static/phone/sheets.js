/** WeChat's own sheets, which slide up over everything and wait for an answer. Escape and the veil mean no. */

import { button, make } from "../shared/element.js";

/** Shows `content(answer)` until `answer(value)` is called; resolves to that value, null when dismissed. */
export function sheet(label, content, { testid = null, tall = false } = {}) {
  const before = document.activeElement;
  const veil = make("div", { class: "veil" });
  return new Promise((resolve) => {
    const answer = (value) => {
      veil.remove();
      lockBehind();
      before?.focus?.();
      resolve(value);
    };
    const body = make("div", { class: tall ? "sheet sheet-tall" : "sheet", role: "dialog", "aria-modal": "true", "aria-label": label, testid }, content(answer));
    veil.append(body);
    veil.addEventListener("click", (event) => { if (event.target === veil) answer(null); });
    veil.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); answer(null); } });
    document.getElementById("layers").append(veil);
    lockBehind();
    (body.querySelector("[data-first]") ?? body.querySelector("button, input, textarea"))?.focus();
  });
}

/** While a sheet is up, what lies under it can be neither tapped nor reached by Tab. */
function lockBehind() {
  const layers = [document.getElementById("views"), ...document.getElementById("layers").children];
  const open = layers.filter((layer) => !layer.hidden);
  const topIsModal = open.at(-1).classList.contains("veil");
  for (const layer of layers) layer.inert = topIsModal && layer !== open.at(-1);
}

export function confirmSheet(question, yes) {
  return sheet(question, (answer) => [
    make("p", { class: "sheet-words" }, question),
    make("div", { class: "sheet-deeds" },
      button("取消", () => answer(null), { class: "deny", testid: "sheet-no" }),
      button(yes, () => answer(true), { class: "allow allow-danger", testid: "sheet-yes" })),
  ]);
}
