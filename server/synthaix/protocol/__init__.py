"""What MCP needs beyond a tool: asking, errors, bounded replies, HTTP routes."""
