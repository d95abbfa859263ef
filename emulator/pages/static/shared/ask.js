/** Requests to the emulator's JSON API. A refusal becomes a `Refused` whose message a person can read. */

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export async function ask(path, { method = "GET", body = null, form = null } = {}) {
  const answer = await reach(path, {
    method,
    headers: body === null ? {} : { "Content-Type": "application/json" },
    body: form ?? (body === null ? null : JSON.stringify(body)),
  });
  const reply = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, reason(reply, answer.status));
  return reply;
}

export const send = (path, body = {}) => ask(path, { method: "POST", body });

async function reach(path, request) {
  try {
    return await fetch(path, request);
  } catch {
    throw new Refused(0, "模拟器没有回应，请看看它是否还在运行");
  }
}

function reason(reply, status) {
  return reply.message ?? reply.detail ?? reply.error ?? `模拟器回答了 ${status}`;
}
