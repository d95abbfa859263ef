/** What this browser remembers for one person: how far was read, which choices are kept. Gone with the emulator's reset. */

export class Memory {
  constructor(personId) {
    this.name = `wechat:${personId}`;
    this.values = JSON.parse(localStorage.getItem(this.name) ?? "{}");
  }

  /** Drop what belongs to a former life of the emulator: reset since, or begun again with an empty state. */
  belongTo({ began, seq }) {
    const alive = this.values.began === began && (this.values.seq ?? 0) <= seq;
    if (!alive) this.values = { began };
    this.put("seq", seq);
  }

  get(key, otherwise) {
    return this.values[key] ?? otherwise;
  }

  put(key, value) {
    if (this.values[key] === value) return;
    this.values[key] = value;
    localStorage.setItem(this.name, JSON.stringify(this.values));
  }
}
