/** Square WeChat faces: a picture when there is one, otherwise the name's last character on a colour. */

import { icon, make } from "../shared/element.js";

const COLOURS = 6;

export function face(person, unread = 0) {
  return make("span", { class: "face-box" }, portrait(person), dot(unread));
}

function portrait({ avatar, name }) {
  if (/^(https?:|data:image|\/)/.test(avatar ?? "")) return make("img", { class: "face", src: avatar, alt: "" });
  const colour = [...name].reduce((sum, letter) => sum * 31 + letter.codePointAt(0), 7) % COLOURS;
  return make("span", { class: `face face-${colour}`, "aria-hidden": "true" }, [...name].at(-1) ?? "");
}

export function accountFace(unread = 0) {
  return make("span", { class: "face-box" }, icon("hospital", "face"), dot(unread));
}

export function noticesFace(unread = 0) {
  return make("span", { class: "face-box" }, icon("bell", "face"), dot(unread));
}

function dot(unread) {
  return unread > 0 && make("span", { class: "unread", "aria-label": `${unread} 条未读` }, unread > 99 ? "99+" : String(unread));
}
