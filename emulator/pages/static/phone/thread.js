/** A conversation: messages are only ever added at the end, so nothing jumps while one reads. */

import { button, make } from "../shared/element.js";
import { calendarDay, moment, separator } from "../shared/moments.js";
import { drawn } from "./bubbles.js";
import { messagesIn } from "./unread.js";

const QUIET_MS = 5 * 60 * 1000;
const NEAR_END_PX = 80;

export class Thread {
  constructor(conversation, phone) {
    this.conversation = conversation;
    this.phone = phone;
    this.list = make("ol", { class: "messages", role: "log", "aria-live": "polite", "aria-label": "消息", testid: `messages-${conversation}` });
    this.below = button("有新消息 ↓", () => this.toEnd(), { class: "more-below", hidden: true });
    this.scroller = make("div", { class: "scroller", tabindex: "0" }, this.list);
    this.element = make("div", { class: "thread" }, this.scroller, this.below);
    this.scroller.addEventListener("scroll", () => { if (this.atEnd()) this.below.hidden = true; }, { passive: true });
    // A picture that arrives late makes the list taller; keep the end in view if it was.
    this.list.addEventListener("load", () => { if (this.stuck) this.toEnd(); }, true);
    this.clear();
  }

  clear() {
    this.list.replaceChildren();
    this.last = null;
  }

  update({ messages, state }) {
    this.overnight(state.now);
    const fresh = messagesIn(this.conversation, messages).filter((message) => message.seq > (this.last?.seq ?? 0));
    if (fresh.length === 0) return;
    const stay = this.last !== null && !this.atEnd() && fresh.every((message) => message.from !== "me");
    for (const message of fresh) this.add(message, state.now);
    if (stay) this.below.hidden = false;
    else this.toEnd();
  }

  add(message, now) {
    if (this.last === null || moment(message.at) - moment(this.last.at) > QUIET_MS) {
      this.list.append(make("li", { class: "time-line", "data-at": message.at }, separator(message.at, now)));
    }
    this.list.append(drawn(message, this.phone));
    this.last = message;
  }

  /** "08:05" is "昨天 08:05" the next day. */
  overnight(now) {
    const today = calendarDay(now, now);
    if (today === this.day) return;
    this.day = today;
    for (const line of this.list.querySelectorAll(".time-line")) line.textContent = separator(line.dataset.at, now);
  }

  atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  toEnd() {
    this.stuck = true;
    this.below.hidden = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }
}
