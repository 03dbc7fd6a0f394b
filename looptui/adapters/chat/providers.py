"""Providers: which variable holds a key, what a child of ours may see, what an error means."""

from __future__ import annotations

import email.utils
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from looptui.modelbook import Model
from looptui.text import safe

_KEYS = {
    "anthropic": "ANTHROPIC_API_KEY", "azure": "AZURE_API_KEY", "cohere": "COHERE_API_KEY",
    "deepseek": "DEEPSEEK_API_KEY", "gemini": "GEMINI_API_KEY", "groq": "GROQ_API_KEY",
    "mistral": "MISTRAL_API_KEY", "openai": "OPENAI_API_KEY", "openrouter": "OPENROUTER_API_KEY",
    "together_ai": "TOGETHERAI_API_KEY", "xai": "XAI_API_KEY",
}  # fmt: skip
_OURS = {"claude": "anthropic", "gpt": "openai", "o1": "openai", "o3": "openai", "o4": "openai"}
_PASSED = re.compile(
    r"\w+_(API_KEY|API_BASE|BASE_URL|API_VERSION|API_TYPE|ORGANIZATION)"
    r"|(AWS|AZURE|GOOGLE|VERTEX|VERTEXAI|WATSONX|DATABRICKS|HF|OLLAMA|OPENAI)_\w+"
    r"|(HTTP|HTTPS|ALL|NO)_PROXY|(http|https|all|no)_proxy|SSL_CERT_(FILE|DIR)"
    r"|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|PATH|HOME|LANG|LC_\w+|TZ"
)
MOST_PARKED = 24 * 3600.0
"""Seconds; a provider that asks for more is asked again after so long."""
PARKED = 60.0
"""Seconds after a rate limit for which the provider names no time."""


def provider_of(model: str) -> str:
    """The part before the slash; of a bare name the one that its family belongs to."""
    head, slash, _ = model.partition("/")
    return head if slash else _OURS.get(re.split(r"[-\d]", head)[0], "openai")


def key_variable(name: str, model: Model) -> str:
    """The variable from which a model's key comes."""
    provider = provider_of(name)
    return model.key_env or _KEYS.get(provider) or f"{provider.upper()}_API_KEY"


def missing_key(name: str, model: Model, env: Mapping[str, str]) -> str | None:
    """What to do where a provider that wants a key would get none."""
    variable = key_variable(name, model)
    wanted = bool(model.key_env) or (provider_of(name) in _KEYS and not model.api_base)
    if not wanted or env.get(variable):
        return None
    return f"{variable} is not set, and {name} needs it; export it, or name another key_env"


def worker_env(env: Mapping[str, str]) -> dict[str, str]:
    """What litellm may see of our environment: keys and addresses of providers, and proxies."""
    return {name: value for name, value in env.items() if _PASSED.fullmatch(name)}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an attempt gave no answer, and what follows."""

    outcome: str
    """In a word or two, for the ledger."""
    words: str
    """For a person: what happened, what to do."""
    paid: bool
    """Whether the provider may have charged for it: it began to answer, or might have."""
    again: bool
    """Whether another attempt makes sense."""
    until: float | None = None
    """Unix seconds before which the provider wants no other call."""
    hopeless: bool = False
    """A person has to do something first."""


def understood(said: Mapping[str, Any], name: str, model: Model) -> Problem:
    """What an `error` of the worker means."""
    status, words = said.get("status"), _short(str(said.get("words", "")))
    if not said.get("connected", True):
        where = model.api_base or provider_of(name)
        return Problem("refused", f"nobody answers at {where}; is the server up?", False, True)
    if status == 429:
        until = _until(said.get("retry_after"))
        return Problem("429", f"{provider_of(name)} limits the rate: {words}", False, False, until)
    if status in (401, 403):
        variable = key_variable(name, model)
        told = f"{provider_of(name)} does not accept the key in {variable} ({status})"
        return Problem(f"{status}", f"{told}; set another one and resume", False, False, None, True)
    if status is not None and status >= 500:
        return Problem(f"{status}", f"{provider_of(name)} answers {status}: {words}", False, True)
    if status is not None and status >= 400:
        told = f"{provider_of(name)} refuses the call ({status}): {words}"
        return Problem(f"{status}", told, False, False, None, True)
    if status is None and not said.get("requests"):
        told = f"litellm cannot make the call: {words}"
        return Problem("not sent", told, False, False, None, True)
    told = f"the answer of {provider_of(name)} broke off: {words}"
    return Problem("cut off", told, True, True)


def _until(retry_after: object) -> float:
    """The moment that a Retry-After names, in seconds or as a date, within reason."""
    now, text = time.time(), str(retry_after or "").strip()
    seconds = PARKED
    if re.fullmatch(r"-?\d{1,12}(\.\d+)?", text):
        seconds = float(text)
    elif text:
        try:
            seconds = email.utils.parsedate_to_datetime(text).timestamp() - now
        except (ValueError, TypeError, OverflowError):
            seconds = PARKED
    return now + min(max(seconds, 1.0), MOST_PARKED)


def _short(words: str) -> str:
    """The last of litellm's own words, without its names for errors."""
    bare = re.sub(r"litellm\.\w+: |\w+Error: |\w+Exception - |Handle with `.*", "", words)
    return safe(" ".join(bare.split()))[:300] or "no reason is given"
