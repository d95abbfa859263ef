/** Text as WeChat shows it: `<a href>` and bare addresses can be tapped, every other mark stays text. */

import { button } from "../shared/element.js";

const LINK = /<a\s([^>]*)>([\s\S]*?)<\/a>|(https?:\/\/[^\s<>"，。；、）]+)/gi;

/** Pieces for `append`: strings and link buttons. `open` gets {url} or {path} (of the mini-program). */
export function richText(content, open) {
  const pieces = [];
  let end = 0;
  for (const found of content.matchAll(LINK)) {
    pieces.push(content.slice(end, found.index), link(found, open));
    end = found.index + found[0].length;
  }
  return [...pieces, content.slice(end)].filter((piece) => piece !== "");
}

function link([, marks, words, address], open) {
  const target = address ? { url: address } : { url: mark(marks, "href"), path: mark(marks, "data-miniprogram-path") };
  return button(words ?? address, () => open(target), { class: "text-link" });
}

function mark(marks, name) {
  const found = marks.match(new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, "i"));
  return found ? found[1] ?? found[2] : null;
}
