/** The platform's clock: how far it is from the machine's, and moving it. */

import { ask, send } from "../shared/ask.js";
import { button } from "../shared/element.js";
import { fullTime } from "../shared/moments.js";

const HOUR = 3600;
const STEPS = [["快 1 小时", HOUR], ["快 1 天", 24 * HOUR], ["快 7 天", 7 * 24 * HOUR]];

export class PlatformClock {
  constructor(telling) {
    this.offset = 0;
    document.getElementById("clock-steps").append(
      ...STEPS.map(([words, seconds]) => button(words, () => telling(() => this.move(this.offset + seconds)), { class: "small-button", testid: `clock-plus-${seconds}` })),
      button("回到现在", () => telling(() => this.move(0)), { class: "small-button", testid: "clock-now-button" }));
    document.getElementById("clock-form").addEventListener("submit", (event) => {
      event.preventDefault();
      telling(() => this.move(Number(event.target.elements.hours.value) * HOUR));
    });
  }

  async move(seconds) {
    await send("/operator/api/clock", { offset_seconds: seconds });
    await this.refresh();
  }

  async refresh() {
    const { offset_seconds: offset, now } = await ask("/operator/api/clock");
    this.offset = offset;
    document.getElementById("clock-now").textContent = fullTime(now);
    document.getElementById("clock-offset").textContent = offsetWords(Math.round(offset));
  }
}

function offsetWords(seconds) {
  if (seconds === 0) return "和电脑的时间一样";
  const whole = Math.abs(seconds);
  const words = [[Math.floor(whole / (24 * HOUR)), "天"], [Math.floor(whole / HOUR) % 24, "小时"], [Math.floor(whole / 60) % 60, "分钟"], [whole % 60, "秒"]]
    .filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`).join(" ");
  return `比电脑的时间${seconds > 0 ? "快" : "慢"} ${words}`;
}
