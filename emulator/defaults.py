"""The demo that runs without any config file: one hospital, six people, a few templates."""

from typing import Any

_PEOPLE = [
    ("wang-guifang", "王桂芳", "女", 68),
    ("li-jianguo", "李建国", "男", 72),
    ("zhang-min", "张敏", "女", 45),
    ("chen-zhiqiang", "陈志强", "男", 55),
    ("liu-yang", "刘洋", "男", 34),
    ("zhao-xiulan", "赵秀兰", "女", 79),
]

DEFAULT_CONFIG: dict[str, Any] = {
    "oa": {
        "appid": "wx0a0a0a0a0a0a0a01",
        "secret": "0a" * 16,
        "token": "emulatorServiceToken",
        "aes_key": "ServiceAccountEncodingAESKeyForLocalDemo001",
        "original_id": "gh_0a0a0a0a0a01",
        "name": "随护示范医院",
        "callback_url": None,
        "callback_mode": "secure",
    },
    "mp": {
        "appid": "wx0b0b0b0b0b0b0b02",
        "secret": "0b" * 16,
        "token": "emulatorMiniToken",
        "aes_key": "MiniProgramEncodingAESKeyForLocalDemoUse002",
        "original_id": "gh_0b0b0b0b0b02",
        "name": "随护",
        "callback_url": None,
        "callback_mode": "secure",
        "callback_format": "json",
        "web_url": "http://127.0.0.1:8000/h5/mini-program",
    },
    "bound": True,
    "templates": [
        {
            "template_id": "TplFollowupReminder00000000000000000000000a",
            "title": "随访提醒",
            "content": "随访项目：{{thing1.DATA}}\n随访时间：{{time2.DATA}}\n随访科室：{{thing3.DATA}}",
        },
        {
            "template_id": "TplOldStyleKeywords00000000000000000000000b",
            "title": "预约成功通知",
            "content": "{{first.DATA}}\n就诊人：{{keyword1.DATA}}\n时间：{{keyword2.DATA}}\n{{remark.DATA}}",
        },
    ],
    "subscribe_templates": [
        {
            "priTmplId": "SubMedicationLongTerm0000000000000000000001",
            "title": "用药提醒",
            "content": "药品：{{thing1.DATA}}\n时间：{{time2.DATA}}\n备注：{{thing3.DATA}}",
            "type": 3,
            "app": "mp",
        },
        {
            "priTmplId": "SubCheckupOneTime00000000000000000000000002",
            "title": "体检预约提醒",
            "content": "预约项目：{{thing1.DATA}}\n预约时间：{{date2.DATA}}\n状态：{{phrase3.DATA}}",
            "type": 2,
            "app": "mp",
        },
        {
            "priTmplId": "SubFollowupService0000000000000000000000003",
            "title": "随访通知",
            "content": "随访项目：{{thing1.DATA}}\n日期：{{date2.DATA}}",
            "type": 2,
            "app": "oa",
        },
    ],
    "people": [
        {"id": key, "name": name, "gender": gender, "age": age, "phone": f"1380000100{number}"}
        for number, (key, name, gender, age) in enumerate(_PEOPLE, start=1)
    ],
}
