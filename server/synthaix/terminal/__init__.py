"""The program for a person at a terminal; it does everything through the MCP tools."""
