/** The two sheets by which a person gives something to a page: the phone number, and subscriptions. */

import { button, make } from "../shared/element.js";
import { accountFace } from "./faces.js";
import { sheet } from "./sheets.js";

/** Resolves to true when the number may be given. */
export function askForNumber(accountName, person) {
  return sheet("申请使用手机号", (answer) => [
    heading(accountName, "申请使用"),
    make("p", { class: "sheet-title" }, "你的手机号"),
    make("p", { class: "sheet-number" }, person.phone_masked, make("small", {}, "微信绑定号码")),
    deeds(() => answer(null), () => answer(true)),
  ], { testid: "sheet-number" });
}

/** Resolves to {template id: "accept" | "reject"}; dismissing or 取消 refuses everything. */
export async function askForSubscriptions(accountName, templates) {
  const boxes = new Map();
  const given = await sheet("订阅消息", (answer) => [
    heading(accountName, "想给你发送下面的消息"),
    make("ul", { class: "sheet-list" }, templates.map(({ template_id, title, type }) => {
      const box = make("input", { type: "checkbox", checked: true, testid: `subscribe-${template_id}` });
      boxes.set(template_id, box);
      return make("li", {}, make("label", {}, box, make("span", {}, title), make("small", {}, type === 3 ? "长期" : "一次")));
    })),
    make("label", { class: "sheet-keep" }, make("input", { type: "checkbox", testid: "subscribe-keep" }), "总是保持以上选择，不再询问"),
    deeds(() => answer(null), () => answer({ keep: boxes.size > 0 && document.querySelector("[data-testid=subscribe-keep]").checked })),
  ], { testid: "sheet-subscribe" });
  const answers = {};
  for (const [id, box] of boxes) answers[id] = given !== null && box.checked ? "accept" : "reject";
  return { answers, keep: given?.keep === true };
}

function heading(accountName, words) {
  return make("div", { class: "sheet-head" }, accountFace(), make("strong", {}, accountName), make("span", {}, words));
}

function deeds(deny, allow) {
  return make("div", { class: "sheet-deeds" },
    button("拒绝", deny, { class: "deny", testid: "bridge-deny" }),
    button("允许", allow, { class: "allow", testid: "bridge-allow", "data-first": true }));
}
