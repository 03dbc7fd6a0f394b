"""The built-in agent: any model that litellm knows, with tools that run on our side."""
