/** How many messages wait unread in each conversation: this browser remembers how far the person has read. */

/** What a mini-program says has no chat of its own: WeChat collects it in 服务通知. */
const fromMiniProgram = ({ kind, source }) => kind === "subscribe" || (Boolean(source) && !NAME_A_SOURCE.has(kind));
/** These name a source too, though the service account sent them. */
const NAME_A_SOURCE = new Set(["template", "miniprogram"]);

const CONVERSATIONS = { chat: (message) => !fromMiniProgram(message), notices: fromMiniProgram };

export function messagesIn(conversation, messages) {
  return messages.filter(CONVERSATIONS[conversation]);
}

export class ReadMarks {
  constructor(memory) {
    this.memory = memory;
  }

  read(conversation, messages) {
    this.memory.put(`read-${conversation}`, messages.at(-1)?.seq ?? 0);
  }

  unread(conversation, messages) {
    const read = this.memory.get(`read-${conversation}`, 0);
    return messagesIn(conversation, messages).filter((message) => message.from === "account" && message.seq > read).length;
  }
}
