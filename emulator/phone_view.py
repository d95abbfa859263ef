"""What a person's phone shows: the list of people, and one person's chat with the account."""

from typing import Any

from emulator.config import Person
from emulator.platform import Platform
from emulator.state.clock import iso


def people_list(platform: Platform) -> list[dict[str, Any]]:
    return [_person(platform, person) for person in platform.config.people]


def phone_state(platform: Platform, person: Person, since: int) -> dict[str, Any]:
    """The chat's lines after `since` with everything around them; reading marks them as seen."""
    messages = platform.chats.since(person.id, since)
    platform.chats.mark_seen(person.id)
    window = platform.windows.current("oa", person.id)
    return {
        "seq": platform.store.tree.get("number", 0),
        "began": platform.store.tree.get("began", 0),
        "person": _person(platform, person),
        "followed": platform.people.follows(person.id),
        "account": {"name": platform.config.oa.name, "original_id": platform.config.oa.original_id},
        "menu": platform.store.section("menu").get("button", []),
        "messages": messages,
        "window": {
            "left": window["left"] if window else 0,
            "until": iso(window["until"] if window else None),
        },
        "grants": _grants(platform, person),
        "now": iso(platform.clock.now()),
    }


def _person(platform: Platform, person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "nickname": person.nickname or person.name,
        "gender": person.gender,
        "age": person.age,
        "phone_masked": f"{person.phone[:3]}****{person.phone[-4:]}" if len(person.phone) >= 11 else "",
        "avatar": person.avatar,
        "followed": platform.people.follows(person.id),
        "unread": platform.chats.unread(person.id),
    }


def _grants(platform: Platform, person: Person) -> list[dict[str, Any]]:
    return [
        {
            "template_id": template.priTmplId,
            "title": template.title,
            "type": template.type,
            "app": template.app,
            **platform.credits.row(person.id, template.priTmplId),
        }
        for template in platform.config.subscribe_templates
    ]
