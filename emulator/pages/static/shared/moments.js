/** How WeChat writes a moment, always in China's time. A moment is ISO text or seconds since 1970. */

const ZONE = "Asia/Shanghai";
const DAY = 24 * 3600 * 1000;

export function moment(value) {
  return typeof value === "number" ? new Date(value * 1000) : new Date(value);
}

function parts(at, options) {
  const pieces = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, ...options }).formatToParts(at);
  return Object.fromEntries(pieces.map((piece) => [piece.type, piece.value]));
}

/** "08:05" */
export function clockTime(value) {
  const { hour, minute } = parts(moment(value), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return `${hour}:${minute}`;
}

/** "2026-11-22 08:05:09", for the operator. */
export function fullTime(value) {
  const at = moment(value);
  const date = parts(at, { year: "numeric", month: "2-digit", day: "2-digit" });
  const time = parts(at, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  return `${date.year}-${date.month}-${date.day} ${time.hour}:${time.minute}:${time.second}`;
}

/** "08:05", "昨天", "星期三", "11月2日", "2025年11月2日", as the conversation list has it. */
export function shortDay(value, now) {
  const days = dayNumber(moment(now)) - dayNumber(moment(value));
  if (days === 0) return clockTime(value);
  if (days === 1) return "昨天";
  if (days > 1 && days < 7) return parts(moment(value), { weekday: "long" }).weekday;
  return calendarDay(value, now);
}

/** The line between messages: "08:05", "昨天 08:05", "11月2日 08:05". */
export function separator(value, now) {
  const day = shortDay(value, now);
  return day === clockTime(value) ? day : `${day} ${clockTime(value)}`;
}

/** "11月2日", "2025年11月2日" */
export function calendarDay(value, now) {
  const options = { year: "numeric", month: "numeric", day: "numeric" };
  const then = parts(moment(value), options);
  const year = then.year === parts(moment(now), options).year ? "" : `${then.year}年`;
  return `${year}${then.month}月${then.day}日`;
}

function dayNumber(at) {
  const { year, month, day } = parts(at, { year: "numeric", month: "2-digit", day: "2-digit" });
  return Math.round(Date.UTC(Number(year), Number(month) - 1, Number(day)) / DAY);
}

/** "41 小时", "12 分钟", "30 秒", from now to `until`. */
export function remaining(until, now) {
  const seconds = Math.max(0, Math.round((moment(until) - moment(now)) / 1000));
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)} 小时`;
  return seconds >= 60 ? `${Math.floor(seconds / 60)} 分钟` : `${seconds} 秒`;
}
