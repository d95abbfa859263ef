"""The trail in plain words. A code without words is shown as it is: nothing of the trail disappears."""

SEEN = {
    "patient_page": "看了患者页",
    "profile": "看了个人资料",
    "phone_revealed": "看了完整手机号",
    "archive": "看了健康档案",
    "plan": "看了随访计划",
    "readings": "看了读数",
    "conversation": "看了会话",
    "inbox": "在待回复列表里看到来信",
    "alert_list": "在预警列表里看到预警",
    "medication": "看了用药",
    "booking": "看了体检预约",
    "messages": "看了消息记录",
    "alert": "看了预警",
    "response": "看了问卷答案",
    "form": "看了填写的表",
    "timeline": "看了经过",
    "task": "看了任务",
    "message": "看了一条消息",
    "conversation_media": "看了患者发来的图片或语音",
}
"""{what: words} for reads."""

SUBJECTS = {
    "account": "账号", "alert": "预警", "article": "文章", "booking": "预约", "broadcast": "群发",
    "calendar_day": "节假日",
    "card": "服务卡", "card_batch": "服务卡批次", "consent": "知情同意", "conversation": "会话",
    "dose": "服药", "history": "健康档案", "message": "消息", "patient": "患者", "plan": "随访计划",
    "reading": "读数", "regimen": "用药方案", "response": "问卷", "shift": "班次", "tag": "标签",
    "task": "任务", "template": "消息模板",
}  # fmt: skip
"""{subject: words} for changes."""

ACTIONS = {
    "acknowledge": "接手", "activated": "激活", "added": "新增", "approved": "批准",
    "archive_completed": "建档完成", "arrived": "签到", "assign": "分派", "begin": "开始", "booked": "预约",
    "call_asked": "请求电话", "cancelled": "取消", "complete": "完成", "created": "新建",
    "deactivated": "停用", "doctor_assigned": "指定责任医生", "drafted": "起草", "edited": "修改",
    "ended": "结束", "failed": "发送失败", "finished": "发完", "frozen": "冻结", "given": "同意",
    "hand_over": "转交",
    "issued": "发放",
    "note": "记下处理", "noted": "写备注", "nurse_assigned": "指定责任护士", "password_reset": "重设密码",
    "pause": "暂停", "phone_verified": "核实手机号", "prescribed": "开立", "printed": "打印",
    "published": "发布", "reactivated": "恢复", "removed": "删除", "replied": "回复", "resolve": "解决",
    "resolved": "结束",
    "resume": "恢复", "sent": "发送",
    "set": "设置", "sign_in_refused": "登录被拒", "signed_in": "登录", "status_changed": "改变状态",
    "stop": "停止", "stopped": "停止", "submit": "提交", "take": "领取", "taken": "接待", "tested": "试发",
    "unknown": "是否发出未知", "updated": "修改", "wechat_bound": "绑定微信",
    "wechat_unbound": "解除绑定微信", "withdrawn": "撤回", "written": "写",
}  # fmt: skip
"""{action: words} for changes."""


def seen(what: str) -> str:
    """What was seen, in words."""
    return SEEN.get(what, what)


def done(subject: str, action: str) -> str:
    """What was done to what, in words: 激活 服务卡."""
    return f"{ACTIONS.get(action, action)} {SUBJECTS.get(subject, subject)}"
