/** A list, newest first, whose entries open to show what was said: added to and mended in place, never redrawn whole. */

import { make } from "../shared/element.js";

const KEPT = 400;

/** An entry: a summary line that opens to labelled blocks of text. */
export function entry(testid, summary, blocks) {
  return make("li", {}, make("details", { class: "entry", testid },
    make("summary", {}, summary),
    make("div", { class: "entry-blocks" }, blocks.map(([label, value]) =>
      make("div", {}, make("h3", {}, label), value instanceof Node ? value : make("pre", { tabindex: "0" }, pretty(value)))))));
}

export function pretty(value) {
  if (value === null || value === undefined || value === "") return "（空）";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

export class Entries {
  /** `draw(row)` makes the list item; `key(row)` tells rows apart. */
  constructor(list, draw, key) {
    Object.assign(this, { list, draw, key, drawn: new Map() });
  }

  /** Put `row` on top, or draw it again in its place when it changed. */
  put(row) {
    const key = this.key(row);
    const mark = JSON.stringify(row);
    const known = this.drawn.get(key);
    if (known?.mark === mark) return;
    const item = this.draw(row);
    if (known) this.replace(known, item);
    else this.list.prepend(item);
    this.drawn.set(key, { mark, item, row });
    this.trim();
  }

  replace(known, item) {
    item.firstChild.open = known.item.firstChild.open;
    known.item.replaceWith(item);
  }

  trim() {
    while (this.drawn.size > KEPT) {
      const [oldest, { item }] = this.drawn.entries().next().value;
      item.remove();
      this.drawn.delete(oldest);
    }
  }

  /** Show only rows that pass; answers how many are shown. */
  filter(passes) {
    let shown = 0;
    for (const { item, row } of this.drawn.values()) {
      item.hidden = !passes(row);
      if (!item.hidden) shown += 1;
    }
    return shown;
  }
}
