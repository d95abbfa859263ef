/** The operator's desk. */

import { send } from "../shared/ask.js";
import { fill } from "../shared/element.js";
import { keepAsking } from "../shared/poll.js";
import { codeList, recentCodes } from "../shared/qrcodes.js";
import { Calls } from "./calls.js";
import { PlatformClock } from "./clock.js";
import { Faults } from "./faults.js";
import { Pushes } from "./pushes.js";

const POLL_MS = 1000;
const problem = document.getElementById("problem");

function complain(trouble) {
  problem.hidden = trouble === null;
  if (trouble !== null) problem.textContent = trouble.message;
}

async function telling(work) {
  try {
    await work();
    complain(null);
  } catch (trouble) {
    complain(trouble);
  }
}

const codes = {
  async refresh() {
    const list = await recentCodes();
    fill(document.getElementById("codes"), list, () => codeList(list, null));
  },
};

const parts = [new Calls(), new Pushes(), new Faults(telling), new PlatformClock(telling), codes];

document.getElementById("reset").addEventListener("click", () => document.getElementById("reset-ask").showModal());
document.getElementById("reset-ask").addEventListener("close", (event) => {
  if (event.target.returnValue === "yes") telling(startOver);
  event.target.returnValue = "";
});

async function startOver() {
  await send("/operator/api/reset");
  // An answer already on its way would bring back rows that are gone; a fresh page has none under way.
  location.reload();
}

keepAsking(async () => { for (const part of parts) await part.refresh(); }, POLL_MS, complain);
