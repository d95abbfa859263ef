/** One message as WeChat draws it. A kind nobody knows is shown as such, never dropped. */

import { button, icon, make } from "../shared/element.js";
import { articleCard, miniProgramCard } from "./articles.js";
import { subscribeCard, templateCard } from "./cards.js";
import { accountFace, face } from "./faces.js";
import { richText } from "./richtext.js";

const WIDE = { template: templateCard, subscribe: subscribeCard, news: articleCard, article: articleCard };
const IN_BUBBLE = { text: words, image: picture, voice: sound, msgmenu: choices, miniprogram: miniProgramCard, location: place };

/** The list item for `message`; `phone` opens what is tapped. */
export function drawn(message, phone) {
  if (message.from === "system" || message.kind === "event") return systemLine(message.content);
  if (WIDE[message.kind]) return make("li", { class: "wide" }, WIDE[message.kind](message, phone));
  const mine = message.from === "me";
  const draw = IN_BUBBLE[message.kind] ?? unknown;
  return make("li", { class: mine ? "row row-mine" : "row" },
    mine ? face(phone.person()) : accountFace(),
    draw(message, phone));
}

export function systemLine(text) {
  return make("li", { class: "system-line" }, text);
}

function words(message, phone) {
  return make("div", { class: "bubble" }, richText(message.content, (target) => phone.openLink(target)));
}

function picture(message) {
  return make("a", { class: "picture", href: message.url, target: "_blank", rel: "noopener" },
    make("img", { src: message.url, alt: "图片" }));
}

function sound(message) {
  return make("div", { class: "bubble bubble-voice" }, icon("sound"),
    message.url ? make("audio", { controls: true, src: message.url }) : "语音");
}

function choices(message, phone) {
  return make("div", { class: "bubble" },
    message.head_content && make("p", {}, message.head_content),
    message.list.map((choice) => button(choice.content, () => phone.choose(choice), { class: "choice", testid: `choice-${choice.id}` })),
    message.tail_content && make("p", {}, message.tail_content));
}

function place(message) {
  return make("div", { class: "bubble" }, `[位置] ${message.label}`);
}

function unknown() {
  return make("div", { class: "bubble bubble-unknown" }, "[模拟器不显示这种消息]");
}
