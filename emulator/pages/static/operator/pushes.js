/** What the platform pushed to the hospital: each try, each answer, and sending one again, spoiled or not. */

import { ask, send } from "../shared/ask.js";
import { button, make } from "../shared/element.js";
import { fullTime } from "../shared/moments.js";
import { Entries, entry, pretty } from "./entries.js";
import { EVENTS, MESSAGES, PUSH_STATES } from "./names.js";

const SPOILS = [["none", "原样"], ["bad_signature", "签名不对"], ["old_timestamp", "时间戳过期"], ["tampered_body", "内容被改过"],
  ["wrong_appid", "别人的 appid"], ["not_xml", "不是 XML"]];

export class Pushes {
  constructor() {
    this.since = 0;
    this.entries = new Entries(document.getElementById("pushes"), (push) => draw(push), (push) => push.id);
  }

  /** Ask again from the first push that is still under way: its tries are not all told yet. */
  async refresh() {
    const { callbacks } = await ask(`/operator/api/callbacks?since=${this.since}`);
    for (const push of callbacks) this.entries.put(push);
    const pending = callbacks.find((push) => push.state === "pending");
    this.since = pending ? pending.seq - 1 : callbacks.at(-1)?.seq ?? this.since;
    const count = this.entries.drawn.size;
    document.getElementById("pushes-count").textContent = count === 0 ? "还没有推送过" : `共 ${count} 条`;
  }
}

function draw(push) {
  const [state, kind] = PUSH_STATES[push.state] ?? [push.state, ""];
  return entry(`push-${push.id}`, [
    make("span", { class: "entry-time" }, fullTime(push.at).slice(5)),
    make("span", { class: "entry-name" }, nameOf(push.fields), make("code", {}, push.account === "oa" ? "服务号" : "小程序")),
    push.tries.length > 1 && make("span", { class: "tag" }, `推了 ${push.tries.length} 次`),
    make("span", { class: `tag ${kind}` }, state),
  ], [["内容", push.fields], ...push.tries.map((one, index) => [`第 ${index + 1} 次`, triedWords(one)]), ["再推一次", replayForm(push)]]);
}

function nameOf({ MsgType: kind, Event: event }) {
  return kind === "event" ? EVENTS[String(event).toLowerCase()] ?? event : `消息：${MESSAGES[kind] ?? kind}`;
}

function triedWords({ status, answer, error, ms }) {
  return error ? `${error}（${ms} 毫秒）` : `HTTP ${status}，${ms} 毫秒\n${pretty(answer)}`;
}

function replayForm(push) {
  const choice = make("select", { "aria-label": "怎么推" }, SPOILS.map(([value, words]) => make("option", { value }, words)));
  const result = make("p", { class: "faint", role: "status" });
  async function replay() {
    result.textContent = "正在推…";
    try {
      const { status, body, error, ms } = await send("/operator/api/callbacks/replay", { id: push.id, mutate: choice.value });
      result.textContent = triedWords({ status, answer: body, error, ms });
    } catch (trouble) {
      result.textContent = trouble.message;
    }
  }
  return make("div", { class: "replay" }, choice, button("推", replay, { class: "small-button", testid: `replay-${push.id}` }), result);
}
