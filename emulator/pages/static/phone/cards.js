/** Template and subscription cards by the rules of 2023: title, label and value lines, one way in. */

import { button, icon, make } from "../shared/element.js";
import { accountFace } from "./faces.js";

/** A service account's template message, in its chat. */
export function templateCard(message, phone) {
  return frame(message, phone, "查看详情");
}

/** A mini-program's subscription message, in 服务通知: the sender's name stands on top. */
export function subscribeCard(message, phone) {
  const sender = make("div", { class: "card-sender" }, accountFace(), make("span", {}, message.source ?? phone.account().name));
  return frame(message, phone, "进入小程序查看", sender);
}

function frame(message, phone, way, sender = null) {
  const traits = { class: "card", testid: `card-${message.msgid ?? message.id}` };
  const inside = [sender, make("span", { class: "card-title" }, message.title), lines(message.lines)];
  if (!leads(message.link)) return make("div", traits, inside);
  const foot = make("span", { class: "card-foot" }, make("span", {}, way), icon("next", "icon icon-small"));
  return button([...inside, foot], () => phone.tap(message), { ...traits, "aria-label": spoken(message, way) });
}

function leads(link) {
  return Boolean(link?.url || link?.miniprogram);
}

function lines(rows) {
  return make("span", { class: "card-lines" }, rows.map(({ label, value }) =>
    make("span", { class: "card-line" }, make("span", { class: "card-label" }, label), make("span", { class: "card-value" }, value))));
}

function spoken(message, way) {
  return [message.title, ...message.lines.map(({ label, value }) => `${label} ${value}`), way].join("，");
}
