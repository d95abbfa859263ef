/** The QR codes made lately, as a list of pictures with their scenes. */

import { ask } from "./ask.js";
import { button, make } from "./element.js";

export async function recentCodes() {
  const { qrcodes } = await ask("/operator/api/qrcodes");
  return qrcodes;
}

/** `picked(content)` makes each code a button; without it they are only shown. */
export function codeList(codes, picked) {
  if (codes.length === 0) return make("p", { class: "faint" }, "还没有生成过二维码");
  return make("ul", { class: "codes" }, codes.map((code) => make("li", {}, picked
    ? button(face(code), () => picked(code.url), { class: "code", testid: `code-${code.scene}` })
    : make("div", { class: "code" }, face(code)))));
}

function face(code) {
  return [
    code.alive ? make("img", { class: "code-image", src: code.image, alt: "" }) : make("span", { class: "code-image code-dead" }),
    make("span", { class: "code-words" }, make("strong", {}, code.scene), make("small", {}, code.alive ? code.url : "已过期")),
  ];
}
