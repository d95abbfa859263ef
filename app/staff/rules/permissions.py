"""Which role may do what."""

ROLES = {
    "administrator": "管理员",
    "doctor": "医生",
    "nurse": "护士",
    "pharmacist": "药师",
    "dietitian": "营养师",
    "psychologist": "心理咨询师",
    "front_desk": "前台",
}

PERMISSIONS: dict[str, frozenset[str]] = {
    "home": frozenset(ROLES),
    "patients.read": frozenset(
        {"administrator", "doctor", "nurse", "pharmacist", "dietitian", "psychologist"}
    ),
    "patients.find": frozenset(ROLES),
    "patients.edit": frozenset({"administrator", "doctor", "nurse"}),
    "patients.reveal": frozenset({"doctor", "nurse", "front_desk"}),
    "cards.issue": frozenset({"administrator", "front_desk"}),
    "tasks.work": frozenset({"doctor", "nurse", "pharmacist", "dietitian", "psychologist"}),
    "alerts.work": frozenset({"administrator", "doctor", "nurse", "pharmacist", "psychologist"}),
    "conversations.work": frozenset({"doctor", "nurse", "pharmacist", "dietitian", "psychologist"}),
    "regimens.edit": frozenset({"doctor", "nurse", "pharmacist"}),
    "booking.desk": frozenset({"administrator", "nurse", "front_desk"}),
    "education.write": frozenset({"administrator", "doctor", "nurse", "dietitian", "psychologist"}),
    "education.approve": frozenset({"administrator", "doctor"}),
    "messages.read": frozenset({"administrator", "doctor", "nurse"}),
    "audit.read": frozenset({"administrator"}),
    "staff.manage": frozenset({"administrator"}),
    "demo.clock": frozenset(ROLES),
}
"""{permission: roles that have it}; a view names one of these."""


def may(role: str, permission: str) -> bool:
    """Whether the role has the permission. Raises KeyError for a permission that does not exist."""
    return role in PERMISSIONS[permission]
