"""What a new password must be."""

from app.core.errors import Invalid

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 128


def check_password(password: str, login: str) -> str:
    """A password that may be set. Raises Invalid when it is too short, too long or repeats the login."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(f"密码至少 {SHORTEST_PASSWORD} 位。", code="password_too_short", field="password")
    if len(password) > LONGEST_PASSWORD:
        raise Invalid(f"密码最多 {LONGEST_PASSWORD} 位。", code="password_too_long", field="password")
    if login.casefold() in password.casefold() or len(set(password)) < 4:
        raise Invalid(
            "密码太容易猜：不要包含登录名，也不要只重复几个字符。", code="password_weak", field="password"
        )
    return password
