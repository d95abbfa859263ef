/** 总是保持以上选择: kept choices answer for the person, without a sheet, as WeChat does. */

import { askForSubscriptions } from "./permissions.js";

export class Subscriptions {
  constructor(phone, memory) {
    this.phone = phone;
    this.memory = memory;
  }

  /** {template id: "accept" | "reject"} for each id; asks unless every choice is kept. */
  async ask(templateIds) {
    const kept = this.memory.get("kept", {});
    if (templateIds.every((id) => kept[id])) return Object.fromEntries(templateIds.map((id) => [id, kept[id]]));
    const { answers, keep } = await askForSubscriptions(this.phone.account().name, templateIds.map((id) => this.grant(id)));
    if (keep) this.memory.put("kept", { ...kept, ...answers });
    return answers;
  }

  grant(id) {
    return this.phone.mailbox.state.grants.find((grant) => grant.template_id === id) ?? { template_id: id, title: id };
  }
}
