"""The rules that bring what people type to a line of the grammar: docs/what-to-type.md says them one by one."""
