"""The built-in maker: generate-and-validate program repair for Python, without a model."""
