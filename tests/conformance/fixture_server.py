"""Our own server with the conformance suite's fixture components beside ours, over HTTP; for the tests only.

    python tests/conformance/fixture_server.py PORT     (SYNTHAIX_DATA_DIR says where its jobs live)

The names, arguments and answers of the fixtures are the suite's: each scenario says what it calls and what it expects.
"""

from __future__ import annotations

import base64
import json
import sys
from typing import Any, cast

import anyio
from fastmcp import Context, FastMCP
from fastmcp.prompts import Message, PromptResult
from fastmcp.resources import ResourceContent, ResourceResult
from fastmcp.tools import ToolResult
from fastmcp.tools.base import Tool
from mcp.server.subscriptions import PromptsListChanged, ToolsListChanged
from mcp.shared.exceptions import MCPError
from mcp_types import (
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    AudioContent,
    ClientCapabilities,
    CreateMessageRequest,
    CreateMessageRequestParams,
    ElicitRequest,
    ElicitRequestFormParams,
    EmbeddedResource,
    ImageContent,
    InputRequiredResult,
    ListRootsRequest,
    MissingRequiredClientCapabilityErrorData,
    SamplingCapability,
    SamplingMessage,
    TextContent,
    TextResourceContents,
)

from synthaix.app import build_server
from synthaix.protocol.subscriptions import bus_of
from synthaix.settings import load_settings

PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="  # one red pixel
)
WAV = base64.b64encode(b"RIFF$\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x40\x1f\0\0\1\0\x08\0data\0\0\0\0").decode()
PAUSE = 0.05
"""Seconds between two notifications, as the suite asks for."""

JSON_SCHEMA_2020_12: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}


def image() -> ImageContent:
    """The smallest picture."""
    return ImageContent(type="image", data=PNG, mime_type="image/png")


def embedded(uri: str, text: str, media_type: str = "text/plain") -> EmbeddedResource:
    """A text resource inside a reply."""
    return EmbeddedResource(
        type="resource", resource=TextResourceContents(uri=cast("Any", uri), mime_type=media_type, text=text)
    )


def add_contents(server: FastMCP[Any]) -> None:
    """Tools that answer with each kind of content, with logs, with progress, and with an error."""

    @server.tool
    def test_simple_text() -> str:
        """Plain text."""
        return "This is a simple text response for testing."

    @server.tool(output_schema=None)
    def test_image_content() -> ToolResult:
        """A picture."""
        return ToolResult(content=[image()])

    @server.tool(output_schema=None)
    def test_audio_content() -> ToolResult:
        """A sound."""
        return ToolResult(content=[AudioContent(type="audio", data=WAV, mime_type="audio/wav")])

    @server.tool(output_schema=None)
    def test_embedded_resource() -> ToolResult:
        """A resource inside the reply."""
        return ToolResult(content=[embedded("test://embedded-resource", "This is an embedded resource content.")])

    @server.tool(output_schema=None)
    def test_multiple_content_types() -> ToolResult:
        """Text, a picture and a resource."""
        resource = embedded("test://mixed-content-resource", '{"test":"data","value":123}', "application/json")
        return ToolResult(
            content=[TextContent(type="text", text="Multiple content types test:"), image(), resource],
        )

    @server.tool
    async def test_tool_with_logging(ctx: Context) -> str:
        """Three log messages."""
        await ctx.info("Tool execution started")
        await anyio.sleep(PAUSE)
        await ctx.info("Tool processing data")
        await anyio.sleep(PAUSE)
        await ctx.info("Tool execution completed")
        return "Logged."

    @server.tool
    async def test_logging_tool(ctx: Context) -> str:
        """One log message, for those who asked for them."""
        await ctx.info("A log message")
        return "Logged."

    @server.tool
    async def test_tool_with_progress(ctx: Context) -> str:
        """Progress from 0 to 100."""
        for progress in (0, 50, 100):
            await ctx.report_progress(progress, 100)
            await anyio.sleep(PAUSE)
        return "Done."

    @server.tool
    def test_error_handling() -> str:
        """Always an error."""
        raise ValueError("This tool intentionally returns an error for testing")

    server.add_tool(
        SchemaTool(name="json_schema_2020_12_tool", parameters=JSON_SCHEMA_2020_12, description="Keywords.")
    )


class SchemaTool(Tool):
    """A tool whose input schema is written by hand."""

    async def run(self, arguments: dict[str, Any]) -> ToolResult:
        """Answer with nothing in particular."""
        return ToolResult(content=[TextContent(type="text", text="ok")])


def add_resources(server: FastMCP[Any]) -> None:
    """A text, a picture, a template, and one to watch."""

    @server.resource("test://static-text", mime_type="text/plain")
    def static_text() -> str:
        """A text."""
        return "This is the content of the static text resource."

    @server.resource("test://static-binary", mime_type="image/png")
    def static_binary() -> ResourceResult:
        """A picture."""
        return ResourceResult([ResourceContent(base64.b64decode(PNG), mime_type="image/png")])

    @server.resource("test://template/{id}/data", mime_type="application/json")
    def template(id: str) -> str:
        """What belongs to an id."""
        return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})

    @server.resource("test://watched-resource", mime_type="text/plain")
    def watched() -> str:
        """A text that could change."""
        return "Unchanged."


def add_prompts(server: FastMCP[Any]) -> None:
    """Prompts with arguments, a resource, a picture, and a question of their own; and completion for them."""

    @server.prompt
    def test_simple_prompt() -> str:
        """Without arguments."""
        return "This is a simple prompt for testing."

    @server.prompt
    def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
        """With two arguments."""
        return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"

    @server.prompt
    def test_prompt_with_embedded_resource(resourceUri: str) -> PromptResult:  # noqa: N803 - the suite's name
        """With a resource inside."""
        resource = embedded(resourceUri, "Embedded resource content for testing.")
        return PromptResult([Message(resource), Message("Please process the embedded resource above.")])

    @server.prompt
    def test_prompt_with_image() -> PromptResult:
        """With a picture inside."""
        return PromptResult([Message(image()), Message("Please analyze the image above.")])

    @server.prompt
    def test_input_required_result_prompt(ctx: Context) -> str | InputRequiredResult:
        """Asks for its context first."""
        context = answer(ctx, "user_context", "context")
        if context is None:
            return required(user_context=form("What context should the prompt use?", context="string"))
        return f"Use this context: {context}"

    @server.completion
    def complete(ref: Any, argument: Any, context: Any) -> list[str]:
        return [name for name in ("paris", "park", "party") if name.startswith(argument.value)]


def form(message: str, **fields: str) -> ElicitRequest:
    """A question with required fields of the given JSON types."""
    schema = {
        "type": "object",
        "properties": {name: {"type": kind} for name, kind in fields.items()},
        "required": list(fields),
    }
    params = ElicitRequestFormParams(message=message, requested_schema=cast("Any", schema))
    return ElicitRequest(method="elicitation/create", params=params)


def sampling(text: str, max_tokens: int) -> CreateMessageRequest:
    """A request for the client's model."""
    message = SamplingMessage(role="user", content=TextContent(type="text", text=text))
    params = CreateMessageRequestParams(messages=[message], max_tokens=max_tokens)
    return CreateMessageRequest(method="sampling/createMessage", params=params)


def required(state: str | None = None, **requests: Any) -> InputRequiredResult:
    """What a tool returns to be run again with answers."""
    return InputRequiredResult(result_type="input_required", input_requests=requests, request_state=state)


def answer(ctx: Context, key: str, field: str) -> Any:
    """The field of an accepted form, or None where it was not (rightly) answered."""
    given = (ctx.input_responses or {}).get(key)
    return (getattr(given, "content", None) or {}).get(field)


def add_questions(server: FastMCP[Any]) -> None:
    """Tools that ask the person behind a client of the newer protocol revision."""

    @server.tool(output_schema=None)
    def test_input_required_result_elicitation(ctx: Context) -> Any:
        """Asks for a name."""
        name = answer(ctx, "user_name", "name")
        return required(user_name=form("What is your name?", name="string")) if name is None else f"Hello, {name}!"

    @server.tool(output_schema=None)
    def test_input_required_result_sampling(ctx: Context) -> Any:
        """Asks the client's model."""
        given = (ctx.input_responses or {}).get("capital_question")
        if given is None:
            return required(capital_question=sampling("What is the capital of France?", 100))
        return f"The model says: {getattr(getattr(given, 'content', None), 'text', '')}"

    @server.tool(output_schema=None)
    def test_input_required_result_list_roots(ctx: Context) -> Any:
        """Asks for the client's roots."""
        given = (ctx.input_responses or {}).get("client_roots")
        if given is None:
            return required(client_roots=ListRootsRequest(method="roots/list"))
        return "Roots: " + ", ".join(str(root.uri) for root in getattr(given, "roots", []))

    @server.tool(output_schema=None)
    def test_input_required_result_request_state(ctx: Context) -> Any:
        """Keeps a state over the question."""
        if ctx.input_responses is None:
            return required("first-round", confirm=form("Please confirm", ok="boolean"))
        return "state-ok" if ctx.request_state == "first-round" else "state lost"

    @server.tool(output_schema=None)
    def test_input_required_result_tampered_state(ctx: Context) -> Any:
        """Keeps a state that nobody may alter."""
        if ctx.request_state is None:
            return required("sealed", confirm=form("Please confirm", ok="boolean"))
        return "state-ok"

    @server.tool(output_schema=None)
    def test_input_required_result_multiple_inputs(ctx: Context) -> Any:
        """Asks three ways at once."""
        given = ctx.input_responses or {}
        if not {"user_name", "greeting", "client_roots"} <= given.keys():
            return required(
                "three-questions",
                user_name=form("What is your name?", name="string"),
                greeting=sampling("Generate a greeting", 50),
                client_roots=ListRootsRequest(method="roots/list"),
            )
        return "All answered."

    @server.tool(output_schema=None)
    def test_input_required_result_multi_round(ctx: Context) -> Any:
        """Asks twice, one question after the other."""
        color, name = answer(ctx, "step2", "color"), answer(ctx, "step1", "name")
        if color is not None and ctx.request_state is not None:
            return f"{ctx.request_state} likes {color}."
        if name is not None:
            return required(str(name), step2=form("Step 2: What is your favorite color?", color="string"))
        return required("start", step1=form("Step 1: What is your name?", name="string"))

    @server.tool(output_schema=None)
    def test_input_required_result_capabilities(ctx: Context) -> Any:
        """Asks only in the ways that the client declared."""
        capabilities = ctx.session.client_capabilities or ClientCapabilities()
        requests: dict[str, Any] = {}
        if capabilities.sampling is not None:
            requests["question"] = sampling("What is the capital of France?", 100)
        if capabilities.elicitation is not None:
            requests["user_name"] = form("What is your name?", name="string")
        return required(**requests)

    @server.tool(output_schema=None)
    def test_streaming_elicitation(ctx: Context) -> Any:
        """Asks on a stream."""
        return required(user_name=form("What is your name?", name="string"))


def add_back_channel(server: FastMCP[Any]) -> None:
    """Tools that send requests of their own to a client of the older protocol revisions."""

    @server.tool
    async def test_sampling(prompt: str, ctx: Context) -> str:
        """Asks the client's model."""
        message = SamplingMessage(role="user", content=TextContent(type="text", text=prompt))
        result = await ctx.session.create_message([message], max_tokens=100, related_request_id=ctx.request_id)
        return f"LLM response: {getattr(result.content, 'text', '')}"

    async def elicited(ctx: Context, message: str, properties: dict[str, Any], needed: tuple[str, ...] = ()) -> str:
        schema = {"type": "object", "properties": properties, "required": list(needed)}
        result = await ctx.session.elicit(message, cast("Any", schema), related_request_id=ctx.request_id)
        return f"action={result.action}, content={json.dumps(result.content)}"

    @server.tool
    async def test_elicitation(message: str, ctx: Context) -> str:
        """Asks for a name and an address."""
        fields = {
            "username": {"type": "string", "description": "User's response"},
            "email": {"type": "string", "description": "User's email address"},
        }
        return "User response: " + await elicited(ctx, message, fields, ("username", "email"))

    @server.tool
    async def test_elicitation_sep1034_defaults(ctx: Context) -> str:
        """A form whose fields have defaults."""
        fields = {
            "name": {"type": "string", "default": "John Doe"},
            "age": {"type": "integer", "default": 30},
            "score": {"type": "number", "default": 95.5},
            "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
            "verified": {"type": "boolean", "default": True},
        }
        return "Elicitation completed: " + await elicited(ctx, "Please check", fields)

    @server.tool
    async def test_elicitation_sep1330_enums(ctx: Context) -> str:
        """A form with every kind of choice."""
        options = ["option1", "option2", "option3"]
        titled = [
            {"const": "value1", "title": "First Option"},
            {"const": "value2", "title": "Second Option"},
            {"const": "value3", "title": "Third Option"},
        ]
        fields = {
            "untitledSingle": {"type": "string", "enum": options},
            "titledSingle": {"type": "string", "oneOf": titled},
            "legacyEnum": {
                "type": "string",
                "enum": ["opt1", "opt2", "opt3"],
                "enumNames": ["Option One", "Option Two", "Option Three"],
            },
            "untitledMulti": {"type": "array", "items": {"type": "string", "enum": options}},
            "titledMulti": {"type": "array", "items": {"anyOf": titled}},
        }
        return "Elicitation completed: " + await elicited(ctx, "Please choose", fields)


def add_changes(server: FastMCP[Any]) -> None:
    """Tools that need a capability, or change what the server lists."""
    bus = bus_of(server)

    @server.tool
    def test_missing_capability(ctx: Context) -> str:
        """Needs the client's sampling."""
        capabilities = ctx.session.client_capabilities
        if capabilities is None or capabilities.sampling is None:
            needed = MissingRequiredClientCapabilityErrorData(
                required_capabilities=ClientCapabilities(sampling=SamplingCapability())
            )
            raise MCPError(
                MISSING_REQUIRED_CLIENT_CAPABILITY,
                "This tool needs sampling.",
                needed.model_dump(by_alias=True, mode="json", exclude_none=True),
            )
        return "The capability is there."

    @server.tool
    async def test_trigger_tool_change() -> str:
        """Says that the list of tools changed."""
        await bus.publish(ToolsListChanged())
        return "Told."

    @server.tool
    async def test_trigger_prompt_change() -> str:
        """Says that the list of prompts changed."""
        await bus.publish(PromptsListChanged())
        return "Told."


def fixture_server() -> FastMCP[Any]:
    """Our server, from its own factory, with every fixture mounted."""
    server = build_server(load_settings())
    for add in (add_contents, add_resources, add_prompts, add_questions, add_back_channel, add_changes):
        add(server)
    return server


if __name__ == "__main__":
    fixture_server().run(
        transport="http",
        show_banner=False,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        host_origin_protection=True,
        uvicorn_config={"http": "h11"},
    )
