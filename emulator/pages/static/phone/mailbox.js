/** What the phone knows: the person's state and every message so far. Views listen and redraw themselves. */

import { ask, send } from "../shared/ask.js";

export class Mailbox {
  constructor(personId) {
    this.personId = personId;
    this.base = `/phone/api/people/${encodeURIComponent(personId)}`;
    this.state = null;
    this.messages = [];
    this.listeners = [];
    this.turn = Promise.resolve();
  }

  listen(listener) {
    this.listeners.push(listener);
  }

  /** Fetch what is new. One request at a time, so that no message is taken twice. */
  refresh() {
    const fetchNext = () => this.fetch();
    this.turn = this.turn.then(fetchNext, fetchNext);
    return this.turn;
  }

  async fetch() {
    const since = this.state?.seq ?? 0;
    const state = await ask(`${this.base}/state?since=${since}`);
    const startedOver = this.state !== null && (state.seq < since || state.began !== this.state.began);
    if (startedOver) Object.assign(this, { state: null, messages: [] });
    else this.take(state);
    for (const listener of this.listeners) listener(this, startedOver);
  }

  take(state) {
    const last = this.messages.at(-1)?.seq ?? 0;
    this.messages.push(...state.messages.filter((message) => message.seq > last));
    this.state = state;
  }

  /** Do something as this person, then show what came of it. */
  async act(deed, body = {}) {
    const reply = await send(`${this.base}/${deed}`, body);
    await this.refresh();
    return reply;
  }

  async sendFile(file) {
    const form = new FormData();
    form.append("media", file);
    const kind = file.type.startsWith("audio/") ? "voice" : "image";
    await ask(`${this.base}/${kind}`, { method: "POST", form });
    await this.refresh();
  }
}
