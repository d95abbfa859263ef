"""The callback cryptography against wechatpy's, which was written by others."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.crypto import PrpCrypto

from emulator.defaults import DEFAULT_CONFIG
from emulator.push.bodies import BadXml, from_xml, to_xml
from emulator.push.crypto import BadEnvelope, seal, unseal
from tests.emulator.receiver import key_of

OA = DEFAULT_CONFIG["oa"]
KEY, APPID = OA["aes_key"], OA["appid"]


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_what_is_sealed_opens_again(message: bytes) -> None:
    assert unseal(KEY, APPID, seal(KEY, APPID, message)) == message


@settings(deadline=None)
@given(st.text(max_size=100))
def test_the_other_implementation_opens_it(text: str) -> None:
    assert PrpCrypto(key_of(OA)).decrypt(seal(KEY, APPID, text.encode()), APPID) == text


@settings(deadline=None)
@given(st.text(max_size=100))
def test_the_other_implementations_envelope_opens(text: str) -> None:
    sealed = PrpCrypto(key_of(OA)).encrypt(text, APPID)
    assert unseal(KEY, APPID, sealed.decode()) == text.encode()


@pytest.mark.parametrize("envelope", ["", "not base64!", "YWJj"])
def test_a_broken_envelope_is_refused(envelope: str) -> None:
    with pytest.raises(BadEnvelope):
        unseal(KEY, APPID, envelope)


def test_another_accounts_envelope_is_refused() -> None:
    with pytest.raises(BadEnvelope, match="appid"):
        unseal(KEY, APPID, seal(KEY, "wx0000000000000000", b"hello"))


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="￾￿")))
def test_any_text_survives_the_xml(text: str) -> None:
    assert from_xml(to_xml({"Content": text})) == {"Content": text}


@pytest.mark.parametrize(
    "text", ["", "success!", "<xml>", "<a/>", '<!DOCTYPE x [<!ENTITY a "b">]><xml>&a;</xml>']
)
def test_what_is_no_reply_is_refused(text: str) -> None:
    with pytest.raises(BadXml):
        from_xml(text)
