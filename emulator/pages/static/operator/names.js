/** Chinese names for what the platform calls by paths and codes. */

export const APIS = {
  "/cgi-bin/stable_token": "取令牌",
  "/cgi-bin/token": "取令牌（旧）",
  "/cgi-bin/message/template/send": "发模板消息",
  "/cgi-bin/message/subscribe/send": "发小程序订阅消息",
  "/cgi-bin/message/subscribe/bizsend": "发服务号订阅通知",
  "/cgi-bin/message/custom/send": "发客服消息",
  "/cgi-bin/message/custom/typing": "显示正在输入",
  "/cgi-bin/message/mass/sendall": "按标签群发",
  "/cgi-bin/message/mass/send": "按名单群发",
  "/cgi-bin/message/mass/preview": "群发预览",
  "/cgi-bin/user/info": "查用户资料",
  "/cgi-bin/user/get": "查关注者名单",
  "/cgi-bin/tags/create": "建标签",
  "/cgi-bin/tags/members/batchtagging": "给用户打标签",
  "/cgi-bin/tags/members/batchuntagging": "取消用户标签",
  "/cgi-bin/qrcode/create": "生成二维码",
  "/cgi-bin/menu/create": "设置菜单",
  "/cgi-bin/media/upload": "上传素材",
  "/cgi-bin/media/get": "下载素材",
  "/sns/jscode2session": "小程序登录",
  "/sns/oauth2/access_token": "网页授权",
  "/wxa/business/getuserphonenumber": "取手机号",
};

export const FAULTS = [
  ["busy", "系统繁忙，请稍后再试（-1）"],
  ["40001", "令牌失效（40001）"],
  ["45009", "今天的次数用完了（45009）"],
  ["48001", "没有这个接口的权限（48001）"],
  ["code", "别的错误码…"],
  ["slow", "回答得很慢"],
  ["reset_after_accept", "收下了，回答前断线"],
  ["gateway_403", "路上的网关拒绝（403）"],
  ["gateway_page_200", "路上的网关回了自己的网页"],
  ["no_finish", "送达结果一直不来"],
  ["finish_twice", "送达结果来两次"],
  ["finish_first", "送达结果比回答先到"],
  ["user_block", "送达失败：患者拒收"],
  ["system_failed", "送达失败：系统原因"],
  ["short_list", "关注者名单提前结束"],
  ["snapshot", "网页授权只给虚拟身份"],
];

export const EVENTS = {
  subscribe: "关注", unsubscribe: "取消关注", scan: "扫码", click: "点菜单", view: "点菜单打开网页", view_miniprogram: "点菜单打开小程序",
  templatesendjobfinish: "模板消息送达结果", masssendjobfinish: "群发结果", subscribe_msg_popup_event: "订阅弹窗的回答",
  subscribe_msg_change_event: "关掉订阅", subscribe_msg_sent_event: "订阅消息送达结果",
};

export const MESSAGES = { text: "文字", image: "图片", voice: "语音", location: "位置", link: "链接" };

export const PUSH_STATES = {
  pending: ["正在推送", ""], accepted: ["医院已收下", "tag-on"], replied: ["医院当场回复", "tag-on"],
  failed: ["没有送到", "tag-bad"], unreadable: ["回答看不懂", "tag-bad"],
};

export function faultName(kind) {
  return Object.fromEntries(FAULTS)[kind] ?? `错误码 ${kind}`;
}

export function apiName(path) {
  return path === "*" ? "所有接口" : APIS[path] ?? path;
}
